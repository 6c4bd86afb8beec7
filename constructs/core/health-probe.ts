import { type Lowering, shellCommand } from "./launch";
import type { Endpoint } from "./reference";
import type { HealthCheck, HealthTiming } from "./service-spec";

/** The timing of a check with its defaults filled in. */
export function healthTiming(check: HealthTiming): Required<HealthTiming> {
  const { intervalSeconds = 3, timeoutSeconds = 5, retries = 5, startSeconds = 60 } = check;
  return { intervalSeconds, timeoutSeconds, retries, startSeconds };
}

/** The endpoint that answers when the check succeeds. */
export function probedEndpoint(check: HealthCheck): Endpoint {
  if ("http" in check) return check.http;
  return "tcp" in check ? check.tcp : check.answers;
}

/** The check as a container's health command (`CMD` or `CMD-SHELL` first), not yet protected from Terraform. */
export function healthProbe(check: HealthCheck, lowering: Lowering): string[] {
  if ("exec" in check) return ["CMD", ...check.exec];
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
