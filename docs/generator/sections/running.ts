import type { EndpointDescription } from "../../../cli/model/description";
import type { Service } from "../../../constructs/core/component-record";
import type { ImageRef } from "../../../constructs/core/image";
import { printExpr } from "../../../constructs/core/print";
import type { HealthCheck } from "../../../constructs/core/service-spec";
import { images as allImages } from "../../../config/images";
import { sizeNames } from "../../../config/sizes";
import { code, table } from "../markdown";
import type { Subject } from "../platform";

export function services({ records }: Subject): string {
  return table(
    ["service", "image", "replicas", "healthy when", "start, at most", "stops within"],
    records
      .flatMap((record) => record.services)
      .map(({ name, spec }) => [
        code(name),
        imageWords(spec.image),
        replicas(spec.replicas),
        healthWords(spec.health),
        `${spec.health.startSeconds ?? 60} s`,
        `${spec.stopGraceSeconds} s`,
      ]),
  );
}

/** Where what we build ourselves lies; images by reference are in the table of services. */
export function images({ records }: Subject): string {
  const used = records.flatMap((record) =>
    record.services.flatMap(({ spec }) => [spec.image, ...(spec.spawns ? [spec.spawns.image] : [])]),
  );
  const own = Object.values(allImages).filter((image) => image.kind === "own" && used.includes(image));
  return own
    .map(({ kind, ...image }) =>
      kind === "own" && "base" in image
        ? `${code(image.name)} is built from [images/${image.folder}](../../images/${image.folder}) on ${code(image.base.kind === "own" ? image.base.name : image.base.reference)}.`
        : "",
    )
    .join("\n");
}

export function addresses({ name, platform: { description } }: Subject): string {
  const component = description.components.find((one) => one.name === name);
  return table(
    ["endpoint", "inside the platform", "from your machine", "log-in"],
    (component?.endpoints ?? []).map((endpoint) => [
      code(endpoint.id),
      code(`${endpoint.internal}${endpoint.protocol === "udp" ? " (UDP)" : ""}`),
      operatorWords(endpoint),
      (component?.logins ?? [])
        .filter((login) => login.endpoint === endpoint.id)
        .map(({ user, secret }) => `${code(user)}, secret ${code(secret)}`)
        .join("; "),
    ]),
  );
}

/** Limits of one replica in each size of the environment, and what is kept for it. */
export function sizes({ records, platform }: Subject): string {
  const all = records.flatMap((record) => record.services.map((service) => ({ record, service })));
  const rows = all.map(({ record, service }) => [
    code(service.name),
    ...sizeNames.map((size) => {
      const found = platform.sizes[size].component(record.name).services.find((one) => one.name === service.name);
      return found ? sizeWords(found) : "none";
    }),
    `${service.spec.resources.minimumMemoryMiB} MiB`,
  ]);
  const spawned = all.flatMap(({ service: { spec } }) =>
    spec.spawns ? [`Each of ${code(spec.spawns.name)}, at most ${spec.spawns.most}: ${limitWords(spec.spawns)}.`] : [],
  );
  return [table(["service", ...sizeNames, "least"], rows), spawned.join("\n")]
    .filter((text) => text !== "")
    .join("\n\n");
}

function sizeWords({ spec: { resources, replicas: many } }: Service): string {
  const kept = resources.reservedMemoryMiB ?? Math.floor(resources.memoryMiB / 2);
  const times = many === undefined ? "" : `${typeof many === "object" ? many.desired : many} × `;
  return `${times}${limitWords(resources)}, ${kept} kept`;
}

function limitWords({ cpus, memoryMiB }: { readonly cpus: number; readonly memoryMiB: number }): string {
  return `${cpus} ${cpus === 1 ? "core" : "cores"}, ${memoryMiB} MiB`;
}

function imageWords(image: ImageRef): string {
  return code(image.kind === "own" ? `datalab/${image.name}` : image.reference);
}

function replicas(replicas: Service["spec"]["replicas"]): string {
  if (typeof replicas !== "object") return String(replicas ?? 1);
  const { min, desired, max } = replicas;
  return min === max ? String(desired) : `${desired} (${min} to ${max} where there is autoscaling)`;
}

function healthWords(health: HealthCheck): string {
  if ("http" in health) return `${code(health.path)} answers at ${code(String(health.http.port))}`;
  if ("tcp" in health) return `port ${code(String(health.tcp.port))} takes connections`;
  if ("exec" in health) return code(health.exec.join(" "));
  return code(printExpr(health.shell));
}

function operatorWords({ scheme, url, port, page, protocol }: EndpointDescription): string {
  if (page !== undefined) return `<${page}>`;
  if (port === undefined) return "";
  return code(
    scheme.startsWith("http") && url !== undefined ? url : `localhost:${port}${protocol === "udp" ? " (UDP)" : ""}`,
  );
}
