import type { Panel, Threshold, Unit } from "../../core/dashboard";

/** Grafana's own names of units. */
const units: Readonly<Record<Unit, string>> = {
  count: "short",
  "per-second": "cps",
  bytes: "bytes",
  "bytes-per-second": "Bps",
  seconds: "s",
  milliseconds: "ms",
  ratio: "percentunit",
  up: "short",
};
const colours = { good: "green", warning: "orange", critical: "red" } as const;

/** How a panel's numbers look. */
export function fieldConfig({ unit, kind = "graph", thresholds = [] }: Panel): object {
  const lines = kind === "graph" && thresholds.length > 0 ? { custom: { thresholdsStyle: { mode: "line" } } } : {};
  return {
    defaults: {
      unit: units[unit],
      // A ratio lies between 0 and 1.
      ...(unit === "ratio" ? { min: 0, max: 1 } : {}),
      ...(unit === "up" ? { mappings: [{ type: "value", options: upInWords }] } : {}),
      thresholds: { mode: "absolute", steps: [{ color: colours.good, value: null }, ...steps(thresholds)] },
      ...lines,
    },
    overrides: [],
  };
}

const upInWords = {
  "0": { index: 0, text: "down", color: colours.critical },
  "1": { index: 1, text: "up", color: colours.good },
} as const;

/** Grafana takes the last step that is reached, so that they have to rise. */
function steps(thresholds: readonly Threshold[]): { color: string; value: number }[] {
  return thresholds
    .toSorted((one, other) => one.from - other.from)
    .map(({ from, severity }) => ({ color: colours[severity], value: from }));
}
