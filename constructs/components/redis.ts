import type { Construct } from "constructs";
import { images } from "../../config/images";
import { Component } from "../core/component";
import { type Expr, text } from "../core/reference";
import type { Cache } from "../core/roles";
import { observerAccount, redisDashboard, redisExporter } from "./redis-observability";

const configFile = "/run/redis/redis.conf";

/** Redis with a password and an append-only file. */
export class Redis extends Component implements Cache {
  readonly keys = this.endpoint("keys", { port: 6379, scheme: "redis", operatorPort: 6379 });
  readonly password = this.secret("password");
  /** Of the account that the exporter uses. */
  readonly observerPassword = this.secret("observer-password");
  readonly host = this.keys.host;
  readonly port = this.keys.from("platform").port;

  constructor(scope: Construct, id = "redis") {
    super(scope, id);
    this.run({
      image: images.redis,
      entrypoint: ["docker-entrypoint.sh"],
      command: ["redis-server", configFile],
      env: {},
      endpoints: [this.keys],
      data: [{ name: "data", path: "/data", uid: 999, gid: 999, ownedByImage: true }],
      files: {
        [configFile]: {
          content: text`requirepass ${this.password}
appendonly yes
dir /data
maxmemory-policy noeviction
${observerAccount(this.observerPassword)}
`,
          uid: 999,
        },
      },
      health: {
        shell: text`REDISCLI_AUTH=${this.password} redis-cli ping | grep -q PONG`,
        answers: this.keys,
        intervalSeconds: 2,
      },
      resources: {
        cpus: 0.5,
        memoryMiB: 128,
        minimumMemoryMiB: 64,
        small: { memoryMiB: 64 },
        large: { memoryMiB: 512 },
      },
      stopGraceSeconds: 30,
      observability: {
        metrics: redisExporter(this.keys, this.observerPassword),
        alerts: [
          {
            alert: "RedisDown",
            expr: "redis_up == 0",
            forSeconds: 60,
            severity: "critical",
            summary: "Redis does not answer: whoever keeps caches or queues in it fails",
            runbook:
              "`./datalab status` and `./datalab services logs redis` show whether it runs, and why not. With `noeviction` it keeps answering when it is full; when it was killed for memory, raise `sizes.redis.memoryMiB`.",
          },
        ],
        dashboard: redisDashboard,
      },
      logins: [{ endpoint: this.keys, user: "default", password: this.password }],
    });
  }

  uri(database = 0): Expr {
    return text`redis://:${this.password}@${this.keys}/${database}`;
  }
}
