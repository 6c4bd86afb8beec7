#!/bin/sh
# Reads the old and the new key, a line each: hands the new one to all members, lets them use it, takes the old one away.
set -eu
read -r old
read -r new
CONSUL_HTTP_ADDR=127.0.0.1:8500
CONSUL_HTTP_TOKEN=$(cat /run/secrets/consul.management-token)
export CONSUL_HTTP_ADDR CONSUL_HTTP_TOKEN
call POST /v1/operator/keyring "{\"Key\":\"$new\"}"
call PUT /v1/operator/keyring "{\"Key\":\"$new\"}"
if [ "$old" != "$new" ] && consul keyring -list | grep -qF "$old"; then
  call DELETE /v1/operator/keyring "{\"Key\":\"$old\"}"
fi
