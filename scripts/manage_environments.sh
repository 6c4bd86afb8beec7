#!/bin/sh
# Starts, stops and shows groups of an environment: manage_environments.sh start|stop|status [groups|all]
# Thin wrapper over ./datalab; DATALAB_ENV chooses the environment.
set -eu
datalab="$(dirname -- "$0")/../datalab"
action=${1:-}
[ $# -eq 0 ] || shift
case $action in
  # `up` and not `start`, which only starts what exists: it makes what is missing and starts what is stopped.
  start) exec "$datalab" up "$@" ;;
  stop) exec "$datalab" stop "$@" ;;
  status) exec "$datalab" status ;;
  *)
    echo 'usage: manage_environments.sh start|stop|status [groups|all]' >&2
    exit 2
    ;;
esac
