/** One difference that a plan found. */
export interface PlannedChange {
  /** `docker_container.minio`. */
  readonly address: string;
  readonly action: "create" | "update" | "replace" | "delete" | "read" | "move" | "import";
  /** `tainted`, `requested`, `cannot_update`, `delete_because_no_resource_config`, … */
  readonly reason: string | undefined;
}

/** An error or warning of Terraform. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  /** The resource that it is about. */
  readonly address: string | undefined;
}

/** Begin or end of the work on one resource. */
export interface ResourceEvent {
  readonly kind: "begin" | "done" | "failed";
  readonly address: string;
  readonly action: string;
}

/** Outputs as a plan sees them. */
export interface PlannedOutputs {
  /** Names of those that do not exist yet. */
  readonly created: readonly string[];
}

export type TerraformEvent =
  | { readonly type: "change"; readonly change: PlannedChange }
  | { readonly type: "outputs"; readonly outputs: PlannedOutputs }
  | { readonly type: "diagnostic"; readonly diagnostic: Diagnostic }
  | { readonly type: "resource"; readonly event: ResourceEvent };

interface MachineLine {
  readonly type?: string;
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: string; readonly reason?: string };
  readonly hook?: { readonly resource: { readonly addr: string }; readonly action?: string };
  readonly outputs?: Readonly<Record<string, { readonly action?: string }>>;
  readonly diagnostic?: {
    readonly severity: "error" | "warning";
    readonly summary: string;
    readonly detail?: string;
    readonly address?: string;
  };
}

const resourceKinds: Readonly<Record<string, ResourceEvent["kind"]>> = {
  apply_start: "begin",
  apply_complete: "done",
  apply_errored: "failed",
};

/** Reads one line of `terraform … -json`; undefined for what is of no use here. */
export function readEvent(line: string): TerraformEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  const parsed = JSON.parse(line) as MachineLine;
  if (parsed.type === "planned_change" && parsed.change && parsed.change.action !== "noop") {
    const { resource, action, reason } = parsed.change;
    return { type: "change", change: { address: resource.addr, action: action as PlannedChange["action"], reason } };
  }
  if (parsed.type === "outputs" && parsed.outputs) {
    const created = Object.entries(parsed.outputs).flatMap(([name, { action }]) => (action === "create" ? name : []));
    return { type: "outputs", outputs: { created } };
  }
  if (parsed.type === "diagnostic" && parsed.diagnostic) {
    const { severity, summary, detail = "", address } = parsed.diagnostic;
    return { type: "diagnostic", diagnostic: { severity, summary, detail, address } };
  }
  const kind = resourceKinds[parsed.type ?? ""];
  if (kind === undefined || !parsed.hook) return undefined;
  return { type: "resource", event: { kind, address: parsed.hook.resource.addr, action: parsed.hook.action ?? "" } };
}

/** A diagnostic in one paragraph. */
export function diagnosticText({ summary, detail }: Diagnostic): string {
  return detail === "" ? summary : `${summary}: ${detail.trim()}`;
}
