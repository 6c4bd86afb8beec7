#!/bin/sh
# Reads the old and the new key, a line each, and writes what is encrypted in the database anew.
set -eu
read -r old
read -r new
AIRFLOW__CORE__FERNET_KEY="$new,$old" airflow rotate-fernet-key
