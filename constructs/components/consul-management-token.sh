#!/bin/sh
# Reads the old and the new token, a line each: makes the new one with all rights, then takes the old one away.
set -eu
read -r old
read -r new
export CONSUL_HTTP_ADDR=127.0.0.1:8500
if ! CONSUL_HTTP_TOKEN=$new consul acl token read -self >/dev/null 2>&1; then
  export CONSUL_HTTP_TOKEN="$old"
  call PUT /v1/acl/token "$(printf '{"SecretID":"%s","Description":"management","Policies":[{"Name":"global-management"}]}' "$new")"
fi
accessor=$(CONSUL_HTTP_TOKEN=$old consul acl token read -self 2>/dev/null | awk '$1 == "AccessorID:" { print $2 }') || accessor=
[ -z "$accessor" ] || CONSUL_HTTP_TOKEN=$new consul acl token delete -id "$accessor" >/dev/null
