import { usesOfService } from "../../../constructs/core/uses";
import { code, codes, table } from "../markdown";
import { pageLink, type Subject } from "../platform";

export function storage(subject: Subject): string {
  return [volumes(subject), elsewhere(subject)].filter((text) => text !== "").join("\n\n");
}

function volumes({ name, record, platform }: Subject): string {
  const prefix = `${platform.environment.name}-`;
  const rows = record.services.flatMap(({ name: service, spec }) => [
    ...(spec.data ?? []).map((volume) => [code(`${prefix}${service}-${volume.name}`), service, code(volume.path)]),
    ...(spec.volumes ?? []).map((volume) => [
      code(`${prefix}${name}-${volume.name}`),
      `${service}${volume.readOnly ? ", for reading" : ""}`,
      code(volume.path),
    ]),
    ...(spec.spawns?.volumePath === undefined
      ? []
      : [[`a volume for each of ${code(spec.spawns.name)}`, spec.spawns.name, code(spec.spawns.volumePath)]]),
  ]);
  return table(["volume", "service", "path"], rows);
}

/** What other components keep for it. */
function elsewhere({ record }: Subject): string {
  const needs = record.services.flatMap((service) => usesOfService(service).needs);
  const byProvider = new Map<string, Set<string>>();
  for (const { provider, steps = [] } of needs) {
    const names = byProvider.get(provider) ?? new Set();
    for (const { name } of steps) names.add(name);
    if (names.size > 0) byProvider.set(provider, names);
  }
  return table(
    ["made for it in", "by the steps"],
    [...byProvider].map(([provider, names]) => [pageLink(provider), codes([...names])]),
  );
}
