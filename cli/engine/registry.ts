import type { ContainerDescription, EnvironmentDescription } from "../model/description";
import type { Terminal } from "../output/terminal";
import type { Engine } from "./client";
import type { FoundContainer } from "./ours";

/** Shown in the registry beside what is away. */
const reason = "taken out of service by datalab";

/**
 * Lets the services named after `-enable` enter maintenance and those after `-disable` leave it. Those that are where they
 * should be are left alone; where one fails, the others go on.
 */
const script = `listed=$(consul maint) || exit
away=" $(echo "$listed" | sed -n 's/^ *ID: *//p' | tr '\\n' ' ')"
failed=0
for word; do
  case $word in -*) mode=$word; continue ;; esac
  case $away in *" $word "*) state=-enable ;; *) state=-disable ;; esac
  [ $state = "$mode" ] && continue
  case $mode in
    # Consul takes a reason with this one only.
    -enable) consul maint -enable -service="$word" -reason="${reason}" || failed=1 ;;
    *) consul maint "$mode" -service="$word" || failed=1 ;;
  esac
done
exit $failed`;

interface Platform {
  readonly engine: Engine;
  readonly environment: EnvironmentDescription;
}

/** Which services an agent is told about: those whose state in the registry has to change. */
type Concerned = (service: ContainerDescription) => boolean;

/**
 * Tells the service registry, before containers are stopped, that they are away on purpose, so that nobody is alarmed;
 * with them those that show metrics of what is stopped.
 */
export async function announceAway(
  { engine, environment }: Platform,
  found: readonly FoundContainer[],
  leaving: readonly ContainerDescription[],
  terminal: Terminal,
): Promise<void> {
  const names = new Set(leaving.map(({ name }) => name));
  const stays: Concerned = ({ name }) => !names.has(name) && isRunning(found, name);
  const isOff = offWithout(environment, stays);
  const components = new Set(leaving.map(({ component }) => component));
  const isTouched: Concerned = ({ component }) =>
    components.has(component) || components.has(observedBy(environment, component) ?? "");
  // Agents that stop take their services with them.
  await tell({ engine, environment }, stays, { enter: (one) => isTouched(one) && isOff(one) }, terminal);
}

/** Brings the registry in line with what is there now: what was never made is away on purpose, and what runs is back. */
export async function announcePresence(
  { engine, environment }: Platform,
  found: readonly FoundContainer[],
  terminal: Terminal,
): Promise<void> {
  const runs: Concerned = ({ name }) => isRunning(found, name);
  const isOff = offWithout(environment, runs);
  const isMissing = offWithout(environment, ({ name }) => found.some((one) => one.name === name));
  await tell({ engine, environment }, runs, { enter: isMissing, leave: (one) => !isOff(one) }, terminal);
}

/** Whether a service is not there, or shows metrics of a component of which nothing is there. */
function offWithout(environment: EnvironmentDescription, isThere: Concerned): Concerned {
  return (service) => {
    if (!isThere(service)) return true;
    const component = observedBy(environment, service.component);
    const observed = environment.containers.filter((one) => one.kind === "service" && one.component === component);
    return observed.length > 0 && !observed.some(isThere);
  };
}

function observedBy({ components }: EnvironmentDescription, exporter: string): string | undefined {
  return components.find(({ name }) => name === exporter)?.observes;
}

function isRunning(found: readonly FoundContainer[], name: string): boolean {
  return found.some((one) => one.name === name && one.state === "running");
}

async function tell(
  { engine, environment }: Platform,
  runs: Concerned,
  { enter, leave = () => false }: { readonly enter: Concerned; readonly leave?: Concerned },
  terminal: Terminal,
): Promise<void> {
  const services = environment.containers.filter(({ kind }) => kind === "service");
  await Promise.all(
    environment.components.map(async ({ name, registers }) => {
      const ids = (isConcerned: Concerned): string[] =>
        services.filter((one) => registers.includes(one.id) && isConcerned(one)).map(({ id }) => id);
      const agent = services.find(({ component }) => component === name);
      const words = [...withMode("-enable", ids(enter)), ...withMode("-disable", ids(leave))];
      if (!agent || words.length === 0 || !runs(agent)) return;
      const { output, exitCode } = await orNotRunning(
        engine.exec(agent.name, ["sh", "-c", script, "maint", ...words], ""),
      );
      if (exitCode === 0) return;
      terminal.complain(
        `warning: ${agent.name} could not be told what is away on purpose: ${output.trim()}. There may be alerts about it.`,
      );
    }),
  );
}

function withMode(mode: string, ids: readonly string[]): string[] {
  return ids.length === 0 ? [] : [mode, ...ids];
}

/** An agent that somebody stops in this moment is no reason to fail. */
async function orNotRunning(exec: ReturnType<Engine["exec"]>): ReturnType<Engine["exec"]> {
  try {
    return await exec;
  } catch (error) {
    const { statusCode, message } = error as Error & { readonly statusCode?: number };
    // 404: it is gone; 409: it does not run.
    if (statusCode !== 404 && statusCode !== 409) throw error;
    return { output: message, exitCode: 1 };
  }
}
