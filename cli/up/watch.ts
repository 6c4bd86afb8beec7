import { setTimeout as sleep } from "node:timers/promises";
import type { Engine } from "../engine/client";
import { type FoundContainer, findContainers } from "../engine/ours";
import { isHealthy, summarise } from "../engine/summary";
import type { ContainerDescription, EnvironmentDescription } from "../model/description";
import { shorten } from "../output/table";
import type { Progress } from "../output/progress";
import type { ResourceEvent } from "../terraform/events";

const pollMilliseconds = 1000;

/** Keeps the rows of components up to date while Terraform works: from its events, and from the engine. */
export class Watch {
  private readonly byAddress: ReadonlyMap<string, ContainerDescription>;
  private readonly busy = new Map<string, Set<string>>();
  private readonly restarted = new Set<string>();
  private readonly lastEnd = new Map<string, string>();
  private readonly stop = new AbortController();
  private readonly loop: Promise<void>;

  constructor(
    private readonly engine: Engine,
    private readonly environment: EnvironmentDescription,
    private readonly containers: readonly ContainerDescription[],
    private readonly progress: Progress,
  ) {
    this.byAddress = new Map(containers.map((container) => [container.address, container]));
    this.loop = this.poll();
    // Reported by end(), which comes later.
    this.loop.catch(() => undefined);
  }

  /** Takes an event of Terraform. */
  onResource({ kind, address, action }: ResourceEvent): void {
    const container = this.byAddress.get(address);
    if (!container) return;
    const { component } = container;
    const busy = this.busy.get(component) ?? new Set<string>();
    this.busy.set(component, busy);
    if (kind === "begin") {
      busy.add(container.id);
      this.progress.set(
        component,
        "busy",
        `${verb(action, container)}${container.id === component ? "" : ` ${container.id}`}`,
      );
    } else {
      busy.delete(container.id);
      if (kind === "failed") this.progress.set(component, "bad", `${container.id} failed`);
    }
  }

  /** Stops looking; rejects when the engine stopped answering. */
  async end(): Promise<void> {
    this.stop.abort();
    await this.loop;
  }

  /** Brings rows in line with what exists now, as somebody else found it; from now on only they look. */
  async show(found: readonly FoundContainer[]): Promise<void> {
    this.stop.abort();
    await this.apply(found);
  }

  private async apply(found: readonly FoundContainer[]): Promise<void> {
    const ills: { readonly component: string; readonly container: FoundContainer }[] = [];
    for (const component of this.environment.components) {
      const own = this.containers.filter((container) => container.component === component.name);
      if (own.length === 0) continue;
      const status = summarise(component, this.containers, found);
      const { desired, healthy } = status.replicas;
      const numbers = desired > 1 ? ` (${healthy} of ${desired})` : "";
      const ill = found.find((one) => own.some(({ name }) => name === one.name) && this.isIll(one));
      if (isHealthy(status)) {
        if ((this.busy.get(component.name)?.size ?? 0) > 0) continue;
        this.progress.set(component.name, "good", `healthy${numbers}`);
      } else if (ill) {
        ills.push({ component: component.name, container: ill });
      } else if (status.health === "starting") {
        this.progress.set(component.name, "busy", `starting${numbers}`);
      }
    }
    // Last, because asking for the reason takes time, in which the rest would grow old.
    for (const { component, container } of ills) this.progress.set(component, "bad", await this.illness(container));
  }

  /** One that ends again and again runs in between; it stays ill until it is healthy. */
  private isIll({ engineId, state, health }: FoundContainer): boolean {
    if (state === "restarting") this.restarted.add(engineId);
    return health !== "healthy" && (health === "unhealthy" || this.restarted.has(engineId));
  }

  private async poll(): Promise<void> {
    const { signal } = this.stop;
    while (!signal.aborted) {
      const found = await findContainers(this.engine, this.environment.name);
      // In the meantime somebody else may have looked, later than this.
      if (this.stop.signal.aborted) return;
      await this.apply(found);
      await sleep(pollMilliseconds, undefined, { signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
  }

  /** Why a container is ill, as far as it can be told in one line. */
  private async illness({ engineId }: FoundContainer): Promise<string> {
    const inspected = await this.engine.inspect(engineId);
    if (!inspected) return "is gone";
    const { State: state, RestartCount } = inspected;
    if (!this.restarted.has(engineId)) {
      return `unhealthy: ${shorten(state.Health?.Log?.at(-1)?.Output ?? "its check fails", 120)}`;
    }
    // While it runs in between, its exit code reads 0.
    if (state.Restarting)
      this.lastEnd.set(engineId, `exit code ${state.ExitCode}${state.OOMKilled ? ", out of memory" : ""}, `);
    return `ends again and again: ${this.lastEnd.get(engineId) ?? ""}restarted ${RestartCount} times`;
  }
}

function verb(action: string, container: ContainerDescription): string {
  if (action === "delete") return "stopping";
  return container.kind === "init" ? "running" : "starting";
}
