/** What a panel's numbers are. `ratio` is between 0 and 1 and shown in percent. */
export type Unit = "count" | "per-second" | "bytes" | "bytes-per-second" | "seconds" | "milliseconds" | "ratio";

/** One line of a panel. */
export interface Query {
  /** PromQL. */
  readonly expr: string;
  /** Name of the line, with labels in double braces, for example `{{topic}}`. Default: all labels. */
  readonly legend?: string;
}

/** The value from which on a number is a warning, or critical. */
export interface Threshold {
  readonly from: number;
  readonly severity: "warning" | "critical";
}

/** One picture of a dashboard: lines over time, or the newest number. */
export interface Panel {
  readonly title: string;
  /** Default `graph`. */
  readonly kind?: "graph" | "number";
  readonly queries: readonly Query[];
  readonly unit: Unit;
  readonly thresholds?: readonly Threshold[];
}

/** What a person looks at to see how a service does; free of the program that shows it. */
export interface Dashboard {
  /** Unique within the environment. */
  readonly title: string;
  readonly panels: readonly Panel[];
}
