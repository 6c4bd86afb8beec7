import type { ContainerHealthcheck } from "@cdktf/provider-docker/lib/container";
import { type Lowering, shellCommand } from "../core/launch";
import type { HealthCheck } from "../core/service-spec";
import { literal } from "../core/terraform-text";
import { goDuration } from "./durations";

const defaults = { intervalSeconds: 3, timeoutSeconds: 5, retries: 5, startSeconds: 60 };

/** The health check of a container, with every field set so that nothing is inherited from the image. */
export function healthcheck(check: HealthCheck, lowering: Lowering): ContainerHealthcheck {
  const timing = { ...defaults, ...check };
  return {
    test: probe(check, lowering).map(literal),
    interval: goDuration(timing.intervalSeconds),
    timeout: goDuration(timing.timeoutSeconds),
    retries: timing.retries,
    startPeriod: goDuration(timing.startSeconds),
  };
}

/** Seconds after which a start has failed: the start itself, then the failures that prove it. */
export function waitSeconds(check: HealthCheck): number {
  const timing = { ...defaults, ...check };
  return timing.startSeconds + timing.retries * (timing.intervalSeconds + timing.timeoutSeconds);
}

function probe(check: HealthCheck, lowering: Lowering): string[] {
  if ("shell" in check) return ["CMD-SHELL", shellCommand(check.shell, lowering)];
  // Loopback, not the service's name: the check is of this container and needs no name service.
  if ("tcp" in check) return ["CMD", check.tool, "-z", "127.0.0.1", String(check.tcp.port)];
  const url = `${check.http.scheme}://127.0.0.1:${check.http.port}${check.path}`;
  switch (check.tool) {
    case "curl":
      return ["CMD", "curl", "-fsS", "-o", "/dev/null", url];
    case "wget":
      return ["CMD", "wget", "-q", "-O", "/dev/null", url];
    case "python":
      return ["CMD", "python", "-c", `import urllib.request as u; u.urlopen('${url}', timeout=3)`];
  }
}
