import type { Service } from "../core/component-record";
import { lacksShell } from "../core/image";
import { refuse } from "../core/refusal";
import type { ServiceSpec } from "../core/service-spec";
import { desiredCount, scalingOf } from "./autoscaling";
import { diskWith, largestDisk } from "./fargate-size";

/** Most target groups that ECS attaches to a service. */
const mostPages = 5;

/**
 * Refuses what a task on Fargate cannot do, before anything is rendered.
 *
 * @param pages how many of the service's endpoints the load balancer carries
 * @throws ConfigurationError with component, field and reason.
 */
export function refuseImpossible(environment: string, { component, name, spec }: Service, pages: number): void {
  const refusal = (field: string, reason: string, remedy: string): Error =>
    refuse({ environment, component: component.name, field: `${name}.${field}`, reason: `on AWS ${reason}`, remedy });
  for (const [field, reason, remedy] of unknownHere(spec)) throw refusal(field, reason, remedy);
  const several = desiredCount(spec) > 1 || scalingOf(spec) !== undefined;
  if (several && (spec.data ?? []).length > 0) {
    throw refusal(
      "data",
      "its replicas would write to one and the same volume",
      "Keep its data in a database or in buckets.",
    );
  }
  if (several && spec.singleton) {
    throw refusal("singleton", "it would run several times", "Leave out `replicas`, or `singleton`.");
  }
  if (pages > mostPages) {
    throw refusal(
      "endpoints",
      `the load balancer carries at most ${mostPages} pages of a service, and these are ${pages}`,
      "Let operators reach fewer of them.",
    );
  }
}

/** The fields of a spec that have no lowering here, each with its reason and what to do instead. */
function unknownHere(spec: ServiceSpec): [field: string, reason: string, remedy: string][] {
  const inScript = Object.keys(spec.files ?? {})[0];
  const covered = belowTree(spec);
  return [
    ...(covered === undefined
      ? []
      : [
          row(
            `trees["${covered.tree}"]`,
            `it is mounted for reading only, so that nothing can be put at ${covered.path} below it`,
            "Give one of them another path.",
          ),
        ]),
    ...(diskWith(spec.scratch ?? []) <= largestDisk
      ? []
      : [
          row(
            "scratch",
            `a task's disk has at most ${largestDisk} GiB, and with this much space it would need ${diskWith(spec.scratch ?? [])}`,
            "Ask for less, or keep what is large in buckets.",
          ),
        ]),
    ...(spec.host ?? []).map((access) =>
      row(
        `host (${access})`,
        "there is no host of ours to have access to",
        "Leave the component out where `roles.engine` is undefined, or make another without it.",
      ),
    ),
    ...(spec.sharedMemoryMiB === undefined
      ? []
      : [row("sharedMemoryMiB", "Fargate's is fixed", "Leave it out, or let the software use files.")]),
    ...(inScript === undefined || (spec.entrypoint !== undefined && !lacksShell(spec.image))
      ? []
      : [
          row(
            `files["${inScript}"]`,
            "a script writes it before the start, which takes a shell and the image's own entrypoint",
            "State the entrypoint, use an image with a shell, or put the file into an image of our own.",
          ),
        ]),
  ];
}

/** A folder with something else of the service below it. */
function belowTree(spec: ServiceSpec): { readonly tree: string; readonly path: string } | undefined {
  const { trees = {}, files = {}, data = [], volumes = [], scratch = [] } = spec;
  const others = [...data, ...volumes, ...scratch].map(({ path }) => path);
  const paths = [...Object.keys(files), ...Object.keys(trees), ...others];
  return Object.keys(trees).flatMap((tree) =>
    paths.filter((path) => path.startsWith(`${tree}/`)).map((path) => ({ tree, path })),
  )[0];
}

function row(field: string, reason: string, remedy: string): [string, string, string] {
  return [field, reason, remedy];
}
