/**
 * Sends a request to the server of the same container. Values go by standard input, because an argument
 * would show in the list of processes; wget has no other methods than GET and POST.
 */
const call = `
call() {
  printf '%s %s HTTP/1.1\\r\\nHost: localhost\\r\\nX-Consul-Token: %s\\r\\nContent-Length: %s\\r\\nConnection: close\\r\\n\\r\\n%s' \\
    "$1" "$2" "$TOKEN" "\${#3}" "$3" | nc 127.0.0.1 8500 > /tmp/answer.$$
  if head -n 1 /tmp/answer.$$ | grep -q ' 200 '; then rm /tmp/answer.$$; return 0; fi
  head -n 1 /tmp/answer.$$; tail -n 1 /tmp/answer.$$; rm /tmp/answer.$$; return 1
}
`;

/** Makes the new token with the rights of the old one, then takes the old one away. */
export const changeManagementToken = `
set -eu
read -r old
read -r new
${call}
export CONSUL_HTTP_ADDR=127.0.0.1:8500
if ! CONSUL_HTTP_TOKEN=$new consul acl token read -self >/dev/null 2>&1; then
  TOKEN=$old
  call PUT /v1/acl/token "$(printf '{"SecretID":"%s","Description":"management","Policies":[{"Name":"global-management"}]}' "$new")"
fi
accessor=$(CONSUL_HTTP_TOKEN=$old consul acl token read -self 2>/dev/null | awk '$1 == "AccessorID:" { print $2 }') || accessor=
[ -z "$accessor" ] || CONSUL_HTTP_TOKEN=$new consul acl token delete -id "$accessor" >/dev/null
`;

/** Hands the new key to all members, lets them use it, then takes the old one away. */
export const changeGossipKey = `
set -eu
read -r old
read -r new
${call}
TOKEN=$(cat /run/secrets/consul.management-token)
call POST /v1/operator/keyring "{\\"Key\\":\\"$new\\"}"
call PUT /v1/operator/keyring "{\\"Key\\":\\"$new\\"}"
if [ "$old" != "$new" ] && CONSUL_HTTP_TOKEN=$TOKEN consul keyring -list | grep -qF "$old"; then
  call DELETE /v1/operator/keyring "{\\"Key\\":\\"$old\\"}"
fi
`;
