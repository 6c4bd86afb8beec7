import { images } from "../../config/images";
import type { Dashboard } from "../core/dashboard";
import { type Exporter, exporter } from "../core/observability";
import { type Endpoint, type Expr, type Secret, text, toExpr } from "../core/reference";

const observer = "observer";

/** The line of redis.conf that makes an account which reads figures, and neither keys nor settings. */
export function observerAccount(password: Secret): Expr {
  return text`user ${observer} on >${password} resetkeys resetchannels -@all +ping +info +client|setname +latency|latest +slowlog|len`;
}

/** Redis shows no metrics itself. */
export function redisExporter(server: Endpoint, password: Secret): Exporter {
  return exporter({
    image: images.redisExporter,
    entrypoint: ["/redis_exporter"],
    env: {
      REDIS_ADDR: text`redis://${server}`,
      REDIS_USER: observer,
      REDIS_PASSWORD: toExpr(password),
      // CONFIG GET would show the main password, so the account may not ask.
      REDIS_EXPORTER_CONFIG_COMMAND: "-",
    },
    port: 9121,
    health: { path: "/health", tool: "wget" },
  });
}

export function redisDashboard(): Dashboard {
  return {
    title: "Redis",
    panels: [
      { title: "Answers", kind: "number", queries: [{ expr: "redis_up", legend: "Redis" }], unit: "up" },
      {
        title: "Memory in use",
        queries: [{ expr: "redis_memory_used_bytes", legend: "data and buffers" }],
        unit: "bytes",
      },
      {
        title: "Commands",
        queries: [{ expr: "rate(redis_commands_processed_total[5m])", legend: "all" }],
        unit: "per-second",
      },
      {
        title: "Clients",
        queries: [
          { expr: "redis_connected_clients", legend: "connected" },
          { expr: "redis_blocked_clients", legend: "waiting" },
        ],
        unit: "count",
      },
      { title: "Keys", queries: [{ expr: "sum by (db) (redis_db_keys)", legend: "{{db}}" }], unit: "count" },
    ],
  };
}
