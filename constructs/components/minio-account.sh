#!/bin/sh
# Makes the account ACCOUNT with the key ACCOUNT_KEY, which may do what the policy POLICY (JSON) says and nothing else.
printf '%s' "$POLICY" >/tmp/policy.json
mc --quiet admin policy create store "$ACCOUNT" /tmp/policy.json
printf '%s\n%s\n' "$ACCOUNT" "$ACCOUNT_KEY" | mc --quiet admin user add store >/dev/null
attached=$(mc --json admin user info store "$ACCOUNT" | tr -d ' \n')
case $attached in
  *'"policyName":"'"$ACCOUNT"'"'*) ;;
  *) mc --quiet admin policy attach store "$ACCOUNT" --user "$ACCOUNT" ;;
esac
