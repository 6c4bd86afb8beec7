#!/bin/sh
# Makes the topic TOPIC. One that exists keeps its number of partitions, and gets the retention where one is stated.
printf '%s' "$CLIENT_PROPERTIES" >/tmp/client.properties
kafka-topics --bootstrap-server "$BOOTSTRAP" --command-config /tmp/client.properties --create --if-not-exists \
  --topic "$TOPIC" --partitions "$PARTITIONS" --replication-factor "$REPLICATION"
[ -z "$RETENTION_MS" ] || kafka-configs --bootstrap-server "$BOOTSTRAP" --command-config /tmp/client.properties \
  --alter --entity-type topics --entity-name "$TOPIC" --add-config "retention.ms=$RETENTION_MS"
