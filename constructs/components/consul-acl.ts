import { images } from "../../config/images";
import type { Step } from "../core/reference";
import { type Endpoint, type Secret, toExpr } from "../core/reference";
import { shellScript } from "../core/shell-script";

/** May read the catalogue, by HTTP and DNS. */
export const discoveryRules = `node_prefix "" { policy = "read" }\nservice_prefix "" { policy = "read" }\n`;

/** May read the metrics of every agent and of the server. */
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
      CONSUL_HTTP_TOKEN: toExpr(management),
      POLICY: name,
      RULES: rules,
      TOKEN: toExpr(token),
    },
    script: shellScript("constructs/components/consul-http.sh", "constructs/components/consul-acl.sh"),
  };
}
