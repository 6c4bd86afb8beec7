import { images } from "../../config/images";
import type { Step } from "../core/reference";
import { type Endpoint, type Secret, toExpr } from "../core/reference";

/** May read the catalogue, by HTTP and DNS. */
export const discoveryRules = `node_prefix "" { policy = "read" }\nservice_prefix "" { policy = "read" }\n`;

/** May read what every agent, the server's included, says of itself. */
export const metricsRules = `agent_prefix "" { policy = "read" }\n`;

/** May register its own node and the services of its group, and read the catalogue. */
export function agentRules(node: string, services: readonly string[]): string {
  return [
    discoveryRules,
    `node "${node}" { policy = "write" }`,
    `agent "${node}" { policy = "write" }`,
    ...services.toSorted().map((service) => `service "${service}" { policy = "write" }`),
    "",
  ].join("\n");
}

/** Makes a policy and the token that carries it; rules that changed reach a policy that exists. */
export function aclStep(name: string, rules: string, token: Secret, server: Endpoint, management: Secret): Step {
  return {
    name: `acl-${name}`,
    image: images.consul,
    memoryMiB: 128,
    env: {
      CONSUL_HTTP_ADDR: server.authority,
      SERVER_HOST: server.host,
      SERVER_PORT: server.from("platform").port,
      CONSUL_HTTP_TOKEN: toExpr(management),
      POLICY: name,
      RULES: rules,
      TOKEN: toExpr(token),
    },
    // The token is sent by standard input, because an argument would show in the list of processes.
    script: `
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
body=$(printf '{"SecretID":"%s","Description":"%s","Policies":[{"Name":"%s"}]}' "$TOKEN" "$POLICY" "$POLICY")
printf 'PUT /v1/acl/token HTTP/1.1\\r\\nHost: %s\\r\\nX-Consul-Token: %s\\r\\nContent-Length: %s\\r\\nConnection: close\\r\\n\\r\\n%s' \\
  "$CONSUL_HTTP_ADDR" "$CONSUL_HTTP_TOKEN" "\${#body}" "$body" |
  nc "$SERVER_HOST" "$SERVER_PORT" > /tmp/answer
head -n 1 /tmp/answer | grep -q ' 200 ' || { head -n 1 /tmp/answer; tail -n 1 /tmp/answer; exit 1; }
`,
  };
}
