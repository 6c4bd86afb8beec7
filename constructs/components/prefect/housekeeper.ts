import { toExpr } from "../../core/reference";
import type { ServiceSpec } from "../../core/service-spec";
import type { Prefect } from "./prefect";
import type { PrefectSettings } from "./prefect.config";
import { prefectAlerts } from "./prefect-alerts";
import { prefectDashboard } from "./prefect-dashboard";
import { common } from "./prefect-services";

export function housekeeperSpec(prefect: Prefect, settings: PrefectSettings): ServiceSpec {
  const { figures, operator, adminPassword, workPool } = prefect;
  return {
    ...common,
    entrypoint: ["python", "/opt/datalab/housekeeper.py"],
    env: {
      DATABASE_URI: prefect.database.uri(),
      // It asks again by itself, and is there to say so when the server does not answer.
      API_URL: prefect.apiUrl.loose(),
      API_USER: operator,
      API_PASSWORD: toExpr(adminPassword),
      RETENTION_DAYS: String(settings.runRetentionDays),
      WORK_POOL: workPool,
      METRICS_PORT: String(figures.port),
    },
    endpoints: [figures],
    health: {
      http: figures,
      path: "/metrics",
      tool: "python",
      intervalSeconds: 2,
      timeoutSeconds: 10,
      startSeconds: 120,
    },
    resources: { cpus: 0.25, memoryMiB: 128, minimumMemoryMiB: 96, small: { memoryMiB: 80, minimumMemoryMiB: 64 } },
    stopGraceSeconds: 10,
    observability: {
      metrics: { endpoint: figures, path: "/metrics" },
      alerts: prefectAlerts(settings.workers.count),
      dashboard: () => prefectDashboard(settings.workers.count),
    },
  };
}
