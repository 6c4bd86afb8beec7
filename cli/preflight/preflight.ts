import type { Engine } from "../engine/client";
import { PreflightError } from "../exit";
import { type ChosenStack, containersOf } from "../model/select";
import { hostFindings } from "./host-paths";
import type { EnvironmentDescription } from "../model/description";
import type { Terraform } from "../terraform/program";
import { diskFinding, type Finding, freeDisk, memoryFinding, processorFindings } from "./capacity";
import { missingImages, type MissingImages } from "./images";
import { takenPorts, takenText } from "./ports";

/** What was found before anything is changed. */
export interface Preflight {
  readonly findings: readonly Finding[];
  readonly missing: MissingImages;
}

/** Looks at everything that a Docker environment needs; changes nothing. */
export async function preflight(
  engine: Engine,
  terraform: Terraform,
  environment: EnvironmentDescription,
  stacks: readonly ChosenStack[],
): Promise<Preflight> {
  const containers = containersOf(environment, stacks);
  const spawned = environment.spawned.filter(({ stack, component }) =>
    containers.some((container) => container.stack === stack && container.component === component),
  );
  const [info, taken, missing, version] = await Promise.all([
    engine.info(),
    takenPorts(engine, containers),
    missingImages(engine, stacks, [...containers, ...spawned]),
    terraform.version("docker"),
  ]);
  const free = freeDisk(info, engine.host.local);
  const ports: Finding[] = taken.map((port) => ({
    level: "problem",
    text: `${takenText(port)}. Stop it, or set portOffset or ports["${endpointOf(environment, port.port.port)}"] in config/environments/${environment.name}.ts.`,
  }));
  const published = containers.reduce((sum, container) => sum + container.ports.length, 0);
  return {
    missing,
    findings: [
      {
        level: "ok",
        text: `engine: Docker ${info.ServerVersion}, API ${engine.apiVersion}, at ${engine.host.address}`,
      },
      { level: "ok", text: `terraform: ${version}` },
      memoryFinding(containers, spawned, info.MemTotal),
      ...processorFindings([...containers, ...spawned], info.NCPU),
      ...hostFindings(environment.name, containers, info.DockerRootDir, engine.host.local),
      ...(free === undefined
        ? []
        : [diskFinding(free, missing.pull.length + missing.build.length, info.DockerRootDir)]),
      ...(ports.length > 0 ? ports : [{ level: "ok", text: `ports: all ${published} are free or our own` } as const]),
      imagesFinding(missing),
    ],
  };
}

/** @throws PreflightError when something must be put right first. */
export function refuseProblems(environment: string, findings: readonly Finding[], skipCapacity: boolean): void {
  const problems = findings.filter(
    ({ level, text }) => level === "problem" && !(skipCapacity && /^(memory|disk):/.test(text)),
  );
  if (problems.length === 0) return;
  throw new PreflightError(
    [
      `Environment ${environment} cannot come up yet; nothing was changed:`,
      ...problems.map(({ text }) => `  - ${text}`),
    ].join("\n"),
  );
}

function imagesFinding({ pull, build }: MissingImages): Finding {
  if (pull.length + build.length === 0) return { level: "ok", text: "images: all present" };
  const parts = [
    ...(pull.length > 0 ? [`to be pulled: ${pull.join(", ")}`] : []),
    ...(build.length > 0 ? [`to be built: ${build.join(", ")}`] : []),
  ];
  return { level: "ok", text: `images: ${parts.join("; ")}` };
}

function endpointOf(environment: EnvironmentDescription, port: number): string {
  const endpoints = environment.components.flatMap((component) => component.endpoints);
  return endpoints.find((endpoint) => endpoint.port === port)?.id ?? "component.endpoint";
}
