#!/bin/sh
# Brings the platform up: ./datalab up, with all its arguments.
set -eu
exec "$(dirname -- "$0")/datalab" up "$@"
