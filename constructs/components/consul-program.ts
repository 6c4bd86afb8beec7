import { images } from "../../config/images";
import type { Endpoint } from "../core/reference";
import type { HealthCheck } from "../core/service-spec";

/** What starts the server and the agents alike; their configuration says which of the two it is. */
export const consulProgram = {
  image: images.consul,
  entrypoint: ["docker-entrypoint.sh"],
  command: ["agent"],
  env: { CONSUL_BIND_INTERFACE: "eth0" },
} as const;

/** Healthy as soon as it knows the leader, whose address ends with the port of Raft. */
export function knowsLeader(http: Endpoint): HealthCheck {
  return {
    shell: "wget -q -O - http://127.0.0.1:8500/v1/status/leader | grep -q 8300",
    answers: http,
    intervalSeconds: 2,
  };
}
