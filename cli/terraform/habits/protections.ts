interface ShownPlan {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: { readonly actions: readonly string[]; readonly before: Readonly<Record<string, unknown>> | null };
  }[];
}

/**
 * What AWS itself would refuse or keep although the plan destroys it, out of the JSON of `terraform show`. Terraform
 * destroys with the settings of the last apply, so that a protection which was lifted in the configuration still holds.
 */
export function protections(shown: unknown): string[] {
  return ((shown as ShownPlan | undefined)?.resource_changes ?? [])
    .filter(({ change }) => change.actions.includes("delete"))
    .flatMap(({ address, change: { before } }) => reasonsOf(before ?? {}).map((reason) => `${address} ${reason}`));
}

function reasonsOf(before: Readonly<Record<string, unknown>>): string[] {
  const days = before["recovery_window_in_days"];
  return [
    ...["deletion_protection", "enable_deletion_protection"]
      .filter((key) => before[key] === true)
      .map((key) => `is protected in AWS (${key})`),
    ...(typeof days === "number" && days > 0
      ? [`would block its name for ${days} days (recovery_window_in_days)`]
      : []),
  ];
}
