#!/bin/sh
# Acts on an environment: manage_environments.sh start|stop|restart|status|health|logs [groups, components|all]
# Thin wrapper over ./datalab; DATALAB_ENV chooses the environment.
set -eu
datalab="$(dirname -- "$0")/../datalab"
action=${1:-}
[ $# -eq 0 ] || shift
case $action in
  # `up` and not `start`, which only starts what exists: it makes what is missing and starts what is stopped.
  start) exec "$datalab" up "$@" ;;
  stop | restart | status | health | logs) exec "$datalab" "$action" "$@" ;;
  *)
    echo 'usage: manage_environments.sh start|stop|restart|status|health|logs [groups, components|all]' >&2
    exit 2
    ;;
esac
