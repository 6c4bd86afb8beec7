#!/bin/bash
# spark-worker.sh HOST PORT OPTION...: starts a worker of the master at HOST:PORT, and waits for that one first,
# because a worker that finds no master tries again only after 5 to 15 seconds.
master=$1 port=$2
shift 2
until (: >"/dev/tcp/$master/$port") 2>/dev/null; do sleep 0.5; done
exec /opt/spark/bin/spark-class org.apache.spark.deploy.worker.Worker "$@" "spark://$master:$port"
