import type { ComponentRecord } from "./component-record";
import { type Expr, text } from "./reference";
import type { Spawned } from "./spawned";
import { spawnedKind } from "./spawned-kind";
import { CheckoutId, ImageName, NetworkName } from "./target-text";

/**
 * Everything that a spawner has to give its containers so that the platform knows them, as one line of JSON:
 * `image`, `network`, `labels`, `namePrefix`, `memoryBytes`, `nanoCpus`, `most`, `environment`, and with a volume
 * `volume` with `namePrefix`, `path` and `labels`. docs/host-access.md says what each is for.
 */
export function spawnerSettings(
  environment: { readonly name: string; readonly discovery: { readonly authority: Expr } | undefined },
  component: Pick<ComponentRecord, "name" | "group">,
  spawned: Spawned,
): Expr {
  const { name, image, cpus, memoryMiB, most, volumePath } = spawned;
  const namePrefix = `${environment.name}-${name}-`;
  const labels = { "datalab.environment": environment.name, "datalab.group": component.group };
  const all = {
    ...labels,
    "datalab.component": component.name,
    "datalab.service": name,
    "datalab.kind": spawnedKind,
  };
  const fixed = JSON.stringify({
    labels: all,
    namePrefix,
    memoryBytes: memoryMiB * 1024 * 1024,
    nanoCpus: Math.round(cpus * 1e9),
    most,
  });
  const volume =
    volumePath === undefined
      ? text``
      : text`,"volume":{"namePrefix":"${namePrefix}","path":${JSON.stringify(volumePath)},"labels":{"datalab.environment":"${environment.name}","datalab.checkout":"${new CheckoutId()}"}}`;
  const discovery = environment.discovery
    ? text`{"SERVICE_DISCOVERY_CONSUL":"${environment.discovery.authority.loose()}"}`
    : text`{}`;
  return text`${fixed.slice(0, -1)},"image":"${new ImageName(image)}","network":"${new NetworkName()}","environment":${discovery}${volume}}`;
}
