#!/bin/sh
# Lets `mc` know the server as `store`. The key goes in by standard input: an argument would show in the list of processes.
printf 'root\n%s\n' "$ROOT_PASSWORD" | mc --quiet alias set store "$STORE_URL" >/dev/null
