/** One change as `plan --json` prints it. Values are left out: they could be secrets, and they are long. */
export interface PlanEntry {
  readonly stack: string;
  /** The component whose container it is, or null. */
  readonly component: string | null;
  readonly address: string;
  readonly action: "create" | "update" | "replace" | "delete";
  /** Attributes that differ; for a replacement those that force it. */
  readonly because: readonly string[];
}

interface ShownPlan {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly action_reason?: string;
    readonly change: {
      readonly actions: readonly string[];
      readonly before: Readonly<Record<string, unknown>> | null;
      readonly after: Readonly<Record<string, unknown>> | null;
      readonly replace_paths?: readonly (readonly (string | number)[])[];
    };
  }[];
}

/** The changes in the JSON of `terraform show`. */
export function changedAttributes(shown: unknown): Omit<PlanEntry, "stack" | "component">[] {
  return ((shown as ShownPlan | undefined)?.resource_changes ?? []).flatMap(({ address, action_reason, change }) => {
    const action = actionOf(change.actions);
    if (action === undefined) return [];
    const paths = change.replace_paths?.map(([first]) => String(first)) ?? [];
    const reasons =
      paths.length > 0 ? paths : [...reasonOf(action_reason), ...(action === "update" ? differing(change) : [])];
    return [{ address, action, because: [...new Set(reasons)] }];
  });
}

function actionOf(actions: readonly string[]): PlanEntry["action"] | undefined {
  if (actions.length > 1) return "replace";
  const [action] = actions;
  return action === "create" || action === "update" || action === "delete" ? action : undefined;
}

function reasonOf(reason: string | undefined): string[] {
  if (reason === "replace_because_tainted") return ["its creation had failed"];
  return reason === "replace_by_request" ? ["repair"] : [];
}

function differing({
  before,
  after,
}: {
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
}): string[] {
  return Object.keys(after ?? {}).filter((key) => JSON.stringify(before?.[key]) !== JSON.stringify(after?.[key]));
}
