import type { CloudLogs } from "../../core/roles";

/** Where the log lines of an environment are, for the queries of log panels. */
export type LogSource =
  | { readonly kind: "loki"; readonly uid: string }
  /** Log groups of CloudWatch. */
  | { readonly kind: "cloudwatch"; readonly uid: string; readonly cloud: CloudLogs };

/** Which lines. */
export interface LogLines {
  readonly environment: string;
  readonly component: string;
  /** Names of the component's services. */
  readonly services: readonly string[];
  readonly contains?: string;
  readonly mostLines: number;
}

/** Data source and query of a panel that shows log lines. */
export function logTargets(source: LogSource, lines: LogLines): object {
  const datasource = { type: source.kind, uid: source.uid };
  const { environment, component, services, contains, mostLines } = lines;
  const target =
    source.kind === "loki"
      ? {
          expr: `{environment="${environment}", component="${component}"}${contains === undefined ? "" : ` |= ${JSON.stringify(contains)}`}`,
          queryType: "range",
          maxLines: mostLines,
        }
      : {
          queryMode: "Logs",
          region: source.cloud.region,
          logGroupNames: services.map((service) => source.cloud.groupOf(service)),
          expression: [
            "fields @timestamp, @message",
            ...(contains === undefined ? [] : [`filter @message like ${JSON.stringify(contains)}`]),
            "sort @timestamp desc",
            `limit ${mostLines}`,
          ].join(" | "),
        };
  return { datasource, targets: [{ refId: "A", datasource, ...target }] };
}
