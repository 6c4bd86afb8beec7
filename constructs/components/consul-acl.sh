#!/bin/sh
# Makes the policy POLICY with the rules RULES, and a token TOKEN that has it. Rules that changed reach a policy
# that exists, and a token that was rotated takes the place of the old one.
if consul acl policy read -name "$POLICY" >/dev/null 2>&1; then
  consul acl policy update -name "$POLICY" -rules "$RULES" >/dev/null
else
  consul acl policy create -name "$POLICY" -rules "$RULES" >/dev/null
fi
CONSUL_HTTP_TOKEN=$TOKEN consul acl token read -self >/dev/null 2>&1 && exit 0
consul acl token list | awk -v policy="$POLICY" '
  $1 == "AccessorID:" { accessor = $2 }
  $1 == "Description:" && $2 == policy { print accessor }' |
  while read -r accessor; do consul acl token delete -id "$accessor" >/dev/null; done
call PUT /v1/acl/token "$(printf '{"SecretID":"%s","Description":"%s","Policies":[{"Name":"%s"}]}' "$TOKEN" "$POLICY" "$POLICY")"
