import type { Certificate } from "./certificate";
import type { Dashboard } from "./dashboard";
import type { UpstreamImage } from "./image";
import type { Endpoint, Expr, Secret } from "./reference";
import type { Without } from "./without";

/**
 * How a scrape logs in: with a user's name and password, with a bearer token, or with a client's certificate, whose
 * authority has to be the one that signed the server's.
 */
export type MetricsLogin =
  | { readonly user: string; readonly password: Secret }
  | { readonly bearer: Secret }
  | { readonly certificate: Certificate };

/** Where a service shows its metrics in the Prometheus text format. */
export interface Metrics {
  /** One of the service's own endpoints; its scheme is the scheme of the scrape. */
  readonly endpoint: Endpoint;
  readonly path: string;
  /** Query parameters of a scrape. */
  readonly params?: Readonly<Record<string, string>>;
  /** Default: no log-in. */
  readonly login?: MetricsLogin;
  /** The label `job` of what is scraped. Default: the service's name. */
  readonly job?: string;
}

/** A program that turns a service's own figures into metrics. */
export interface ExporterSpec {
  readonly image: UpstreamImage;
  /** The start script of a service with secrets runs before it. */
  readonly entrypoint: readonly string[];
  readonly command?: readonly (string | Expr)[];
  /** Address of the observed service, and an account of its own there that can only read. */
  readonly env: Readonly<Record<string, string | Expr>>;
  /** Port on which it shows metrics, inside the platform only. */
  readonly port: number;
  /** Path of the metrics. Default `/metrics`. */
  readonly path?: string;
  /**
   * Its own health, which does not depend on what it observes. `startSeconds` is for one that ends while it finds nothing
   * to observe, and is started again by the engine, which pauses for up to a minute. Default 60.
   */
  readonly health: {
    readonly path: string;
    readonly tool: "curl" | "wget" | "python";
    readonly startSeconds?: number;
  };
  /** Memory limit in MiB. Default 64. */
  readonly memoryMiB?: number;
}

/** An exporter of software that has metrics of its own as well. */
export interface BesideExporter extends ExporterSpec {
  /** Its name, which is also its label `job`, for example `kafka-exporter`. */
  readonly name: string;
}

/** Metrics that a side service makes. See `exporter`. */
export interface Exporter {
  readonly exporter: ExporterSpec;
}

/**
 * Declares the side service that shows the metrics of a service which has none of its own. It runs as the
 * component `<service>-exporter`, waits for nothing and keeps nothing running: all references in it are loose.
 */
export function exporter(spec: ExporterSpec): Exporter {
  return { exporter: spec };
}

/** Type guard for metrics that a side service makes. */
export function isExporter(metrics: Metrics | Exporter | Without): metrics is Exporter {
  return "exporter" in metrics;
}

/** An alert rule, in the terms of Prometheus. Its name is unique within the environment. */
export interface AlertRule {
  readonly alert: string;
  /** PromQL. */
  readonly expr: string;
  /** How long it must hold, in seconds. */
  readonly forSeconds: number;
  readonly severity: "warning" | "critical";
  /** One sentence: what is wrong, and what that means for the people who use the platform. */
  readonly summary: string;
  /** What to look at, and what to do, in one to three sentences of Markdown. */
  readonly runbook: string;
  /**
   * What an alert is about: the component that brings the rule, or the one that each series names in its labels
   * `component` and `group`, for rules about all of them. Default `component`.
   */
  readonly about?: "component" | "series";
}

/** How a service is observed. There is no default: state it, or say why there is nothing to see. */
export interface Observability {
  readonly metrics: Metrics | Exporter | Without;
  /** A program that shows what the service's own metrics do not tell. Default: none. */
  readonly beside?: BesideExporter;
  readonly alerts: readonly AlertRule[] | Without;
  /** Made only when somebody shows it. */
  readonly dashboard: (() => Dashboard) | Without;
}
