import { join } from "node:path";
import { describe } from "../../cli/model/describe";
import type { EnvironmentDescription } from "../../cli/model/description";
import { type ComponentName, componentNames } from "../../config/components";
import { checkEnvironment } from "../../config/load";
import type { SizeName } from "../../config/sizes";
import type { ComponentRecord } from "../../constructs/core/component-record";
import type { PlatformEnvironment } from "../../constructs/core/environment";
import { type EnvironmentObservability, observabilityOf } from "../../constructs/core/observability-of";
import { projectFolder } from "../../constructs/core/project";
import { AtomicApp } from "../../stacks/atomic-app";
import { buildEnvironment } from "../../stacks/environment";
import { withoutStackTraces } from "../../stacks/stack-traces";
import { partOf } from "./parts";

/** The platform that the pages describe: all groups, with nothing configured. */
export interface Platform {
  readonly environment: PlatformEnvironment;
  readonly description: EnvironmentDescription;
  readonly observability: EnvironmentObservability;
  /** The same in each size. */
  readonly sizes: Readonly<Record<SizeName, PlatformEnvironment>>;
}

/** Puts it together; nothing is written. It has the name of the first environment, so that examples fit. */
export function documentedPlatform(): Platform {
  const sizes = { small: platformOf("small"), medium: platformOf("medium"), large: platformOf("large") };
  const environment = sizes.medium;
  return { environment, description: describe(environment), observability: observabilityOf(environment), sizes };
}

function platformOf(size: SizeName): PlatformEnvironment {
  const config = checkEnvironment("dev", { name: "dev", target: "docker", size });
  const app = new AtomicApp(join(projectFolder(), "cdktf.out"));
  return withoutStackTraces(() => buildEnvironment(app, config));
}

/** A component with what watches it. */
export interface Subject {
  readonly name: ComponentName;
  readonly record: ComponentRecord;
  /** The component itself and its exporters. */
  readonly records: readonly ComponentRecord[];
  readonly platform: Platform;
}

/** The components that an environment can switch on and off; agents and proxies belong to their target. */
export function subjectsOf(platform: Platform): Subject[] {
  const { environment } = platform;
  return componentNames.map((name) => {
    const record = environment.component(name);
    const exporters = environment.components.filter(({ observes }) => observes === name);
    return { name, record, records: [record, ...exporters], platform };
  });
}

/** A link to a component's page, from another one. */
export function pageLink(name: string): string {
  return `[${partOf(name).title}](${name}.md)`;
}
