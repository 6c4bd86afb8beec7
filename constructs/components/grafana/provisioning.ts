import { jsonText } from "../../core/json-text";
import { type Endpoint, type Expr, toExpr } from "../../core/reference";
import type { FileContent } from "../../core/service-spec";
import type { WebLogin } from "../prometheus/web-login";
import type { LogSource } from "./log-source";

/** Uids by which dashboards name the data sources; they are the same in every environment. */
export const sourceUids = {
  prometheus: "prometheus",
  alertmanager: "alertmanager",
  loki: "loki",
  cloudwatch: "cloudwatch",
} as const;

/** A program with a page and, where the target can say so, a log-in. */
interface Guarded {
  readonly web: Endpoint;
  readonly login: WebLogin | undefined;
}

/** What Grafana asks. */
export interface Sources {
  readonly prometheus: Guarded;
  readonly alertmanager: Guarded | undefined;
  readonly loki: Endpoint | undefined;
  readonly logs: LogSource | undefined;
}

/**
 * The data sources as Grafana's provisioning reads them: YAML, of which JSON is a part.
 *
 * @param folder with the files of `sourcePasswords`
 */
export function dataSources({ prometheus, alertmanager, loki, logs }: Sources, folder: string): Expr {
  return jsonText({
    apiVersion: 1,
    prune: true,
    datasources: [
      {
        ...described(sourceUids.prometheus, "Prometheus"),
        isDefault: true,
        ...asked(prometheus.web),
        ...loginOf(prometheus, folder),
        // How often Prometheus scrapes: panels ask for no finer steps.
        jsonData: { httpMethod: "POST", timeInterval: "15s", manageAlerts: true },
      },
      ...(alertmanager
        ? [
            {
              ...described(sourceUids.alertmanager, "Alertmanager"),
              ...asked(alertmanager.web),
              ...loginOf(alertmanager, folder),
              jsonData: { implementation: "prometheus", handleGrafanaManagedAlerts: false },
            },
          ]
        : []),
      ...(loki ? [{ ...described(sourceUids.loki, "Loki"), ...asked(loki), jsonData: { maxLines: 1000 } }] : []),
      ...(logs?.kind === "cloudwatch"
        ? [
            {
              ...described(sourceUids.cloudwatch, "CloudWatch"),
              jsonData: { authType: "default", defaultRegion: logs.cloud.region },
            },
          ]
        : []),
    ],
  });
}

/** The passwords of the data sources, each in a file that their description names. */
export function sourcePasswords({ prometheus, alertmanager }: Sources, folder: string): Record<string, FileContent> {
  const logins = [prometheus.login, alertmanager?.login].flatMap((login) => login ?? []);
  return Object.fromEntries(
    logins.map(({ password }) => [`${folder}/${password.id}`, { content: toExpr(password) }] as const),
  );
}

function described(uid: string, name: string): object {
  return { name, uid, type: uid, access: "proxy", editable: false };
}

/** Loose, because Grafana starts without those that it asks. */
function asked(endpoint: Endpoint): object {
  return { url: endpoint.url.loose() };
}

function loginOf({ login }: Guarded, folder: string): object {
  if (!login) return {};
  return {
    basicAuth: true,
    basicAuthUser: login.user,
    secureJsonData: { basicAuthPassword: `$__file{${folder}/${login.password.id}}` },
  };
}

/** Where Grafana finds dashboards: a folder for each group; what is changed on the page is not kept. */
export function dashboardProvider(path: string): string {
  return JSON.stringify({
    apiVersion: 1,
    providers: [
      {
        name: "datalab",
        type: "file",
        allowUiUpdates: false,
        options: { path, foldersFromFilesStructure: true },
      },
    ],
  });
}
