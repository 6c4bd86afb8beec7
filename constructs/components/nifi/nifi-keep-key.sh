#!/bin/sh
# Refuses to change the key in NiFi's data: NiFi changes it only while it stands still.
echo "NiFi's flow is encrypted with this key, and NiFi re-encrypts it only while it does not run; docs/components/nifi.md says how." >&2
exit 1
