# shellcheck shell=bash
# Read by every program of Spark in this image: daemons, spark-submit, pyspark and spark-sql, also those
# that somebody starts in a running container. All variables set here are exported.

# Other containers connect to this name; an address would do, but names are what the pages of Spark show.
SPARK_LOCAL_HOSTNAME=${SPARK_LOCAL_HOSTNAME:-$(hostname)}

# The account of the object store, written at the container's start where one is needed.
if [ -r "${SPARK_CONF_DIR}/credentials.sh" ]; then
  # shellcheck source=/dev/null
  . "${SPARK_CONF_DIR}/credentials.sh"
fi
