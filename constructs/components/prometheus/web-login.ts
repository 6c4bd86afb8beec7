import { type Endpoint, type Expr, type Secret, text } from "../../core/reference";
import type { FileContent, HealthCheck, Login, Scratch } from "../../core/service-spec";
import type { Metrics } from "../../core/observability";

/** Of everybody who looks at Prometheus or Alertmanager. */
export const user = "admin";

/** Where secrets are written at start: in memory, so that they are in no layer of the container. */
export function secretFolder(name: string): Scratch {
  return { path: `/run/${name}`, sizeMiB: 1, uid: 65534 };
}

/** Who is let in, where the target can say so. */
export interface WebLogin {
  readonly user: string;
  readonly password: Secret;
  /** What the program compares with. */
  readonly hash: Secret;
}

/** The parts of a spec that put a log-in before the pages of a program of Prometheus' family. */
export interface Guarded {
  readonly command: readonly string[];
  readonly files: Readonly<Record<string, FileContent>>;
  readonly health: HealthCheck;
  readonly metrics: Metrics;
  readonly logins: readonly Login[];
}

/** The way into a program: with a log-in, or with none where the target makes no hashes. */
export function guarded(web: Endpoint, folder: string, login: WebLogin | undefined): Guarded {
  const timing = { intervalSeconds: 2, startSeconds: 120 };
  const ready = "/-/ready";
  const metrics = { endpoint: web, path: "/metrics" };
  if (!login) {
    return { command: [], files: {}, health: { http: web, path: ready, tool: "wget", ...timing }, metrics, logins: [] };
  }
  const file = `${folder}/web.yml`;
  return {
    command: [`--web.config.file=${file}`],
    files: { [file]: { content: text`{"basic_auth_users":{"${login.user}":"${login.hash}"}}` } },
    health: { shell: askWithLogin(web, ready, login), answers: web, ...timing },
    metrics: { ...metrics, login: { user: login.user, password: login.password } },
    logins: [{ endpoint: web, user: login.user, password: login.password }],
  };
}

function askWithLogin({ port }: Endpoint, path: string, login: WebLogin): Expr {
  return text`wget -q -O /dev/null http://${login.user}:${login.password}@127.0.0.1:${port}${path}`;
}
