import { images } from "../../config/images";
import type { InitStep } from "../core/need";
import { type Endpoint, type Secret, toExpr } from "../core/reference";

/** May read the catalogue, by HTTP and DNS. */
export const discoveryRules = `node_prefix "" { policy = "read" }\nservice_prefix "" { policy = "read" }\n`;

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
export function aclStep(name: string, rules: string, token: Secret, server: Endpoint, management: Secret): InitStep {
  return {
    name: `consul-${name}`,
    image: images.consul,
    memoryMiB: 128,
    env: {
      CONSUL_HTTP_ADDR: server.authority,
      CONSUL_HTTP_TOKEN: toExpr(management),
      POLICY: name,
      RULES: rules,
      TOKEN: toExpr(token),
    },
    script: `
if consul acl policy read -name "$POLICY" >/dev/null 2>&1; then
  consul acl policy update -name "$POLICY" -rules "$RULES" >/dev/null
else
  consul acl policy create -name "$POLICY" -rules "$RULES" >/dev/null
fi
if ! CONSUL_HTTP_TOKEN=$TOKEN consul acl token read -self >/dev/null 2>&1; then
  printf '{"SecretID":"%s","Description":"%s","Policies":[{"Name":"%s"}]}' "$TOKEN" "$POLICY" "$POLICY" > /tmp/token.json
  wget -q -O /dev/null --header "X-Consul-Token: $CONSUL_HTTP_TOKEN" --header 'Content-Type: application/json' \\
    --post-file /tmp/token.json "http://$CONSUL_HTTP_ADDR/v1/acl/token"
fi
`,
  };
}
