#!/bin/sh
# Reads the old and the new password, a line each, and sets the administrator's: Grafana keeps it in its data.
set -eu
read -r _old
read -r new
printf '%s\n' "$new" | grafana cli --homepath /usr/share/grafana admin reset-admin-password --password-from-stdin
