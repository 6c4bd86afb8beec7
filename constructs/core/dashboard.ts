/**
 * What a panel's numbers are. `ratio` is between 0 and 1 and shown in percent; `up` is 1 for something that answers
 * and 0 for something that does not, and is shown in words.
 */
export type Unit = "count" | "per-second" | "bytes" | "bytes-per-second" | "seconds" | "milliseconds" | "ratio" | "up";

/** One line of a panel. */
export interface Query {
  /** PromQL. `$name` stands for a variable of the dashboard, `$__rate_interval` for four scrapes or more. */
  readonly expr: string;
  /** Name of the line, with labels in double braces, for example `{{topic}}`. Default: all labels. */
  readonly legend?: string;
}

/** The value from which on a number is a warning, or critical. */
export interface Threshold {
  readonly from: number;
  readonly severity: "warning" | "critical";
}

/** What all panels have. */
interface Described {
  readonly title: string;
  /** What the panel means, and what to do about it; shown when somebody points at its corner. Default: nothing. */
  readonly description?: string;
}

/** Numbers: lines over time, the newest number of each line, or the same in a table. */
export interface Panel extends Described {
  /** Default `graph`. */
  readonly kind?: "graph" | "number" | "table";
  readonly queries: readonly Query[];
  readonly unit: Unit;
  readonly thresholds?: readonly Threshold[];
}

/** The newest log lines of a component. */
export interface LogPanel extends Described {
  readonly kind: "logs";
  readonly component: string;
  /** Text that lines must hold, for example `ERROR`. Default: all lines. */
  readonly contains?: string;
}

/** The alerts that fire or are about to. */
export interface AlertPanel extends Described {
  readonly kind: "alerts";
  /** Default: those of all components. */
  readonly component?: string;
}

/** A heading; the panels after it stand below it. */
export interface Row {
  readonly row: string;
}

/** A choice at the dashboard's top, from the values that a label has; all are chosen at first. */
export interface Variable {
  /** Letters, digits and `_`; queries use it as `label=~"$name"`. */
  readonly name: string;
  /** What stands beside the choice. */
  readonly title: string;
  readonly label: string;
  /** The metric whose label it is. */
  readonly metric: string;
}

/** Anything that a dashboard shows. */
export type DashboardItem = Panel | LogPanel | AlertPanel | Row;

/** What a person looks at to see how a service does; free of the program that shows it. */
export interface Dashboard {
  /** Unique within the environment. */
  readonly title: string;
  /** Default: nothing. */
  readonly description?: string;
  readonly variables?: readonly Variable[];
  readonly panels: readonly DashboardItem[];
}

/** Type guard for what shows numbers. */
export function isPanel(item: DashboardItem): item is Panel {
  return "queries" in item;
}
