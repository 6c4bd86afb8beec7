import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { FakeEngine } from "./fake-engine";

type Attributes = Readonly<Record<string, unknown>>;

export interface Change {
  readonly address: string;
  readonly action: "create" | "update" | "replace" | "delete";
  readonly reason?: string;
  readonly before: Attributes | null;
  readonly after: Attributes | null;
  /** Attributes that force a replacement. */
  readonly because: readonly string[];
}

/** One thing that an apply does. */
export interface Step {
  readonly address: string;
  readonly action: "create" | "update" | "delete";
  /** Addresses that come first. */
  readonly after: readonly string[];
}

export interface Failure {
  readonly address: string | undefined;
  readonly summary: string;
  readonly detail: string;
}

interface StackFile {
  readonly terraform: {
    readonly backend?: { readonly local?: { readonly path: string } };
    readonly required_providers?: Readonly<Record<string, { readonly source: string; readonly version: string }>>;
  };
  readonly resource?: Readonly<Record<string, Readonly<Record<string, ResourceConfig>>>>;
  readonly data?: {
    readonly terraform_remote_state?: Readonly<Record<string, { readonly config: { readonly key?: string } }>>;
  };
  readonly output?: Readonly<Record<string, unknown>>;
}

interface ResourceConfig {
  readonly depends_on?: readonly string[];
  readonly lifecycle?: {
    readonly prevent_destroy?: boolean;
    readonly ignore_changes?: readonly string[];
    readonly postcondition?: readonly { readonly error_message: string }[];
  };
  readonly [attribute: string]: unknown;
}

interface Instance {
  readonly status?: "tainted";
  readonly attributes: Attributes;
  readonly dependencies: readonly string[];
}

interface ContainerConfig {
  readonly name: string;
  readonly image: string;
  readonly labels?: readonly { label: string; value: string }[];
  readonly networks_advanced?: readonly { name: string; aliases?: readonly string[] }[];
  readonly ports?: readonly { ip: string; external: number; internal: number }[];
  readonly volumes?: readonly { volume_name?: string }[];
  readonly upload?: readonly { source?: string }[];
  readonly env?: readonly string[];
  readonly wait?: boolean;
  readonly must_run?: boolean;
}

const maker = "kreuzwerker/docker";
/** Functions of one string, one inside the other: `${trimspace(file("…"))}`, in the text of JSON. */
const expression = /(?<!\$)\$\{((?:[a-z0-9]+\()+)\\"([^"\\]+)\\"\)+\}/g;

/** One stack's folder as the fake Terraform sees it: its description, its state, and what it makes in the engine. */
export class FakeStack {
  private readonly file: StackFile;
  private readonly stateFile: string | undefined;

  constructor(
    private readonly folder: string,
    private readonly engine: FakeEngine,
    private readonly remoteStates: Map<string, string>,
  ) {
    this.file = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as StackFile;
    const path = this.file.terraform.backend?.local?.path;
    this.stateFile = path === undefined ? undefined : resolve(folder, path);
  }

  /** Lays out what `init` leaves: links to the shared providers, and the file of their versions. */
  init(): void {
    const providers = Object.values(this.file.terraform.required_providers ?? {});
    for (const { source, version } of providers) {
      const target = join(this.folder, ".terraform", "providers", "registry.terraform.io", source, version);
      const shared = join(this.folder, "../../../.datalab/plugins", source, version);
      mkdirSync(shared, { recursive: true });
      mkdirSync(target, { recursive: true });
      rmSync(join(target, "any"), { force: true });
      symlinkSync(resolve(shared), join(target, "any"));
    }
    const blocks = providers.map(({ source, version }) => `provider "${source}" {\n  version = "${version}"\n}\n`);
    writeFileSync(join(this.folder, ".terraform.lock.hcl"), blocks.join(""));
  }

  /** @param targets with all that they depend on, the only addresses that are looked at. Default: all */
  plan(
    replace: readonly string[],
    refresh: boolean,
    targets: readonly string[] = [],
  ): { changes: Change[]; failures: Failure[] } {
    const { changes, failures } = this.planAll(replace, refresh);
    if (targets.length === 0) return { changes, failures };
    const meant = new Set(targets);
    for (const address of meant) for (const needed of this.desired().get(address)?.depends_on ?? []) meant.add(needed);
    const isMeant = ({ address }: { readonly address: string | undefined }): boolean =>
      address === undefined || meant.has(address);
    return { changes: changes.filter(isMeant), failures: failures.filter(isMeant) };
  }

  private planAll(replace: readonly string[], refresh: boolean): { changes: Change[]; failures: Failure[] } {
    const missing = this.missingProvider() ?? this.missingRemoteState();
    if (missing) return { changes: [], failures: [missing] };
    const state = this.readState();
    if (refresh) for (const [address, instance] of state) if (!this.exists(address, instance)) state.delete(address);
    const changes: Change[] = [];
    const failures: Failure[] = [];
    for (const [address, config] of this.desired()) {
      const after = this.attributesOf(config);
      const there = state.get(address);
      const before = there?.attributes ?? null;
      if (!there || before === null) {
        changes.push({ address, action: "create", before, after, because: [] });
        continue;
      }
      const ignored = config.lifecycle?.ignore_changes ?? [];
      const differing = Object.keys(after).filter(
        (key) => !ignored.includes(key) && JSON.stringify(after[key]) !== JSON.stringify(before[key]),
      );
      const reason = replace.includes(address) ? "requested" : there.status === "tainted" ? "tainted" : undefined;
      if (reason !== undefined || differing.length > 0 || (refresh && this.stopped(config, there))) {
        const because = reason === undefined ? (differing.length > 0 ? differing : ["must_run"]) : [];
        changes.push({ address, action: "replace", reason: reason ?? "cannot_update", before, after, because });
      } else if (refresh) {
        failures.push(...this.brokenPromise(address, config, there));
      }
    }
    const wanted = this.desired();
    for (const [address, { attributes }] of state) {
      if (!wanted.has(address)) {
        changes.push({
          address,
          action: "delete",
          reason: "delete_because_no_resource_config",
          before: attributes,
          after: null,
          because: [],
        });
      }
    }
    return { changes, failures };
  }

  planDestroy(): { changes: Change[]; failures: Failure[] } {
    const missing = this.missingProvider();
    if (missing) return { changes: [], failures: [missing] };
    const desired = this.desired();
    const state = [...this.readState()];
    const kept = state.filter(([address]) => desired.get(address)?.lifecycle?.prevent_destroy === true);
    return {
      changes: state.map(([address, { attributes }]) => ({
        address,
        action: "delete",
        before: attributes,
        after: null,
        because: [],
      })),
      failures: kept.map(([address]) => ({
        address,
        summary: "Instance cannot be destroyed",
        detail: `Resource ${address} has lifecycle.prevent_destroy set`,
      })),
    };
  }

  /** Keeps a plan, with what a later change of the state would make stale. */
  keep(file: string, changes: readonly Change[]): void {
    writeFileSync(file, JSON.stringify({ state: this.stateText(), changes }));
  }

  /** Reads a kept plan. */
  kept(file: string): { changes: Change[]; failures: Failure[] } {
    const { state, changes } = JSON.parse(readFileSync(file, "utf8")) as { state: string; changes: Change[] };
    if (state === this.stateText()) return { changes, failures: [] };
    return { changes: [], failures: [{ address: undefined, summary: "Saved plan is stale", detail: "" }] };
  }

  /** A kept plan as `show -json` prints it. */
  show(file: string): object {
    const actions = { create: ["create"], update: ["update"], replace: ["delete", "create"], delete: ["delete"] };
    const reasons: Readonly<Record<string, string>> = {
      tainted: "replace_because_tainted",
      requested: "replace_by_request",
    };
    return {
      format_version: "1.2",
      resource_changes: this.kept(file).changes.map(({ address, action, reason = "", before, after, because }) => ({
        address,
        ...(reasons[reason] === undefined ? {} : { action_reason: reasons[reason] }),
        change: { actions: actions[action], before, after, replace_paths: because.map((key) => [key]) },
      })),
    };
  }

  /** Leaves something out of the state that may still exist. */
  forget(address: string): void {
    const state = this.readState();
    state.delete(address);
    this.writeState(state);
  }

  /** Takes something that exists into the state; gives the reason where it cannot. */
  import(address: string, id: string): string | undefined {
    const config = this.desired().get(address);
    if (!config) return `resource address "${address}" does not exist in the configuration`;
    if (![...this.engine.networks.values()].some((network) => network.id === id)) return `there is no object ${id}`;
    const state = this.readState();
    if (state.has(address)) return "Resource already managed by Terraform";
    state.set(address, { attributes: { ...this.attributesOf(config), id }, dependencies: [] });
    this.writeState(state);
    return undefined;
  }

  /** What is to be done in order: removals first, what others need last; then all else, what others need first. */
  steps(changes: readonly Change[]): Step[] {
    const dependencies = new Map([...this.desired()].map(([address, config]) => [address, config.depends_on ?? []]));
    const recorded = new Map([...this.readState()].map(([address, instance]) => [address, instance.dependencies]));
    const removed = changes
      .filter(({ action }) => action === "delete" || action === "replace")
      .map((one) => one.address);
    const made = changes.filter(({ action }) => action !== "delete");
    const removals = sortByNeed(removed, recorded).reverse();
    return [
      ...removals.map((address) => ({
        address,
        action: "delete" as const,
        after: removed.filter((other) => recorded.get(other)?.includes(address) === true),
      })),
      ...sortByNeed(
        made.map(({ address }) => address),
        dependencies,
      ).map((address) => ({
        address,
        action: made.some((one) => one.address === address && one.action === "update")
          ? ("update" as const)
          : ("create" as const),
        after: dependencies.get(address) ?? [],
      })),
    ];
  }

  /** Does one thing; gives what failed. */
  carryOut({ address, action }: Step, { keepState }: { readonly keepState: boolean }): Failure | undefined {
    const state = this.readState();
    if (action === "delete") {
      const problem = this.remove(address, state.get(address));
      if (problem !== undefined) return { address, summary: problem, detail: "" };
      state.delete(address);
      this.writeState(state);
      return undefined;
    }
    const config = this.desired().get(address);
    if (!config) throw new Error(`${address} is planned and not described`);
    const made = this.make(address, config);
    const dependencies = config.depends_on ?? [];
    if (made.attributes) {
      state.set(address, { ...(made.tainted ? { status: "tainted" } : {}), attributes: made.attributes, dependencies });
    }
    if (keepState) this.writeState(state);
    return made.failure === undefined ? undefined : { address, ...made.failure };
  }

  private make(
    address: string,
    config: ResourceConfig,
  ): { attributes?: Attributes; tainted?: boolean; failure?: { summary: string; detail: string } } {
    const attributes = this.attributesOf(config);
    const name = typeof config["name"] === "string" ? config["name"] : address;
    switch (address.split(".")[0]) {
      case "docker_container":
        return this.makeContainer(config, attributes);
      case "docker_network":
        if (this.engine.networks.has(name)) {
          return {
            failure: { summary: `Unable to create network: network with name ${name} already exists`, detail: "" },
          };
        }
        return { attributes: { ...attributes, id: this.engine.createNetwork(name, labelsOf(attributes["labels"])) } };
      case "docker_volume":
        this.engine.createVolume(name, labelsOf(attributes["labels"]));
        return { attributes: { ...attributes, id: name } };
      case "docker_image": {
        const { build_log_file: log } = firstOf(config["build"]) as { build_log_file?: string };
        if (log !== undefined) appendFileSync(resolve(this.folder, log), `built ${name}\n`);
        this.engine.images.add(name);
        return { attributes: { ...attributes, id: this.engine.imageId(name) + name } };
      }
      default:
        return { attributes: { ...attributes, id: `${basename(this.folder)}/${address}` } };
    }
  }

  private makeContainer(
    resource: ResourceConfig,
    attributes: Attributes,
  ): { attributes?: Attributes; tainted?: boolean; failure?: { summary: string; detail: string } } {
    const config = attributes as unknown as ContainerConfig;
    const missing = config.upload?.find(
      ({ source }) => source !== undefined && !existsSync(resolve(this.folder, source)),
    );
    if (missing) return { failure: { summary: `no such file: ${missing.source ?? ""}`, detail: "" } };
    let id: string;
    try {
      ({ id } = this.engine.create({
        name: config.name,
        image: config.image,
        labels: labelsOf(config.labels),
        networks: Object.fromEntries((config.networks_advanced ?? []).map(({ name, aliases = [] }) => [name, aliases])),
        ports: config.ports ?? [],
        volumes: (config.volumes ?? []).flatMap(({ volume_name }) => volume_name ?? []),
        config: { Env: config.env ?? [] },
      }));
    } catch (error) {
      return { failure: { summary: `Unable to create container: ${(error as Error).message}`, detail: "" } };
    }
    const { state, health, exitCode } = this.engine.start(id);
    const made = { ...attributes, id, exit_code: exitCode };
    if (config.must_run === false) {
      const [promise] = resource.lifecycle?.postcondition ?? [];
      if (exitCode === 0 || !promise) return { attributes: made };
      return { attributes: made, failure: { summary: "Resource postcondition failed", detail: promise.error_message } };
    }
    if (state !== "running") {
      const summary = `container exited immediately, exit code ${exitCode}`;
      return { attributes: made, tainted: true, failure: { summary, detail: "" } };
    }
    if (config.wait === true && health !== "healthy") {
      return { attributes: made, tainted: true, failure: { summary: "container healthcheck timed out", detail: "" } };
    }
    return { attributes: made };
  }

  private remove(address: string, instance: Instance | undefined): string | undefined {
    if (!instance || !this.exists(address, instance)) return undefined;
    const id = String(instance.attributes["id"]);
    switch (address.split(".")[0]) {
      case "docker_container":
        this.engine.remove(id);
        return undefined;
      case "docker_network": {
        const name = String(instance.attributes["name"]);
        const user = [...this.engine.containers.values()].find(({ networks }) => name in networks);
        if (user) return `Unable to remove network: ${name} has active endpoints (${user.name})`;
        this.engine.networks.delete(name);
        return undefined;
      }
      case "docker_volume":
        this.engine.volumes.delete(id);
        return undefined;
      default:
        return undefined;
    }
  }

  private exists(address: string, { attributes }: Instance): boolean {
    const id = String(attributes["id"]);
    switch (address.split(".")[0]) {
      case "docker_container":
        return this.engine.containers.has(id);
      case "docker_network":
        return [...this.engine.networks.values()].some((network) => network.id === id);
      case "docker_volume":
        return this.engine.volumes.has(id);
      case "docker_image":
        return this.engine.images.has(String(attributes["name"]));
      default:
        return true;
    }
  }

  /** The provider recreates a container that has ended and should run. */
  private stopped({ must_run }: ResourceConfig, { attributes }: Instance): boolean {
    const container = this.engine.find(String(attributes["id"]));
    return must_run !== false && (container?.state === "exited" || container?.state === "created");
  }

  /** A postcondition that does not hold when the resource is looked at again. */
  private brokenPromise(address: string, { lifecycle }: ResourceConfig, { attributes }: Instance): Failure[] {
    const [promise] = lifecycle?.postcondition ?? [];
    const container = this.engine.find(String(attributes["id"]));
    if (!promise || !container || container.exitCode === 0) return [];
    return [{ address, summary: "Resource postcondition failed", detail: promise.error_message }];
  }

  private missingProvider(): Failure | undefined {
    for (const { source, version } of Object.values(this.file.terraform.required_providers ?? {})) {
      const link = join(this.folder, ".terraform", "providers", "registry.terraform.io", source, version, "any");
      if (existsSync(link)) continue;
      const detail = `there is no package for registry.terraform.io/${source} ${version} cached in .terraform/providers`;
      return { address: undefined, summary: "Required plugins are not installed", detail };
    }
    return undefined;
  }

  /** Reading the state of another stack fails while there is none. */
  private missingRemoteState(): Failure | undefined {
    for (const [name, { config }] of Object.entries(this.file.data?.terraform_remote_state ?? {})) {
      const stack = basename(config.key ?? "", ".tfstate");
      if (config.key === undefined || this.remoteStates.has(join(dirname(this.folder), stack))) continue;
      const address = `data.terraform_remote_state.${name}`;
      return { address, summary: "Unable to find remote state", detail: "No stored state was found." };
    }
    return undefined;
  }

  /** Names of the outputs that an apply would make: a stack that exists has all of its own. */
  get newOutputs(): string[] {
    return this.stateText() === "" ? Object.keys(this.file.output ?? {}) : [];
  }

  private desired(): Map<string, ResourceConfig> {
    return new Map(
      Object.entries(this.file.resource ?? {}).flatMap(([type, resources]) =>
        Object.entries(resources).map(([name, config]) => [`${type}.${name}`, config] as const),
      ),
    );
  }

  /** What the state holds of a description: expressions about files are replaced by what they give. */
  private attributesOf(resource: ResourceConfig): Attributes {
    const config = { ...resource, lifecycle: undefined, depends_on: undefined };
    const text = JSON.stringify(config).replace(expression, (_whole, names: string, argument: string) =>
      // As a JSON string's inside, like the text around it.
      JSON.stringify(this.evaluate(names.split("(").filter(Boolean).reverse(), argument)).slice(1, -1),
    );
    return JSON.parse(text) as Attributes;
  }

  /** @param names of functions, the innermost first */
  private evaluate(names: readonly string[], argument: string): string {
    return names.reduce((value, name) => {
      switch (name) {
        case "file":
          return readFileSync(resolve(this.folder, value), "utf8");
        case "filesha256":
          return createHash("sha256")
            .update(readFileSync(resolve(this.folder, value)))
            .digest("hex");
        case "trimspace":
          return value.trim();
        default:
          throw new Error(`the fake Terraform does not know the function ${name}`);
      }
    }, argument);
  }

  private stateText(): string {
    if (this.stateFile === undefined) return this.remoteStates.get(this.folder) ?? "";
    return existsSync(this.stateFile) ? readFileSync(this.stateFile, "utf8") : "";
  }

  private readState(): Map<string, Instance> {
    const text = this.stateText();
    if (text.trim() === "") return new Map();
    const { resources } = JSON.parse(text) as { resources: { type: string; name: string; instances: Instance[] }[] };
    return new Map(
      resources.flatMap(({ type, name, instances }) =>
        instances.map((instance) => [`${type}.${name}`, instance] as const),
      ),
    );
  }

  private writeState(state: ReadonlyMap<string, Instance>): void {
    const resources = [...state].map(([address, instance]) => {
      const [type = "", name = ""] = address.split(".");
      return {
        mode: "managed",
        type,
        name,
        provider: `provider["registry.terraform.io/${maker}"]`,
        instances: [instance],
      };
    });
    const text = JSON.stringify({ version: 4, terraform_version: "1.11.4", serial: 1, outputs: {}, resources });
    if (this.stateFile === undefined) this.remoteStates.set(this.folder, text);
    else writeFileSync(this.stateFile, text);
  }
}

function labelsOf(labels: unknown): Record<string, string> {
  const list = (labels ?? []) as readonly { label: string; value: string }[];
  return Object.fromEntries(list.map(({ label, value }) => [label, value]));
}

function firstOf(block: unknown): unknown {
  return (Array.isArray(block) ? (block as unknown[])[0] : block) ?? {};
}

/** Those that others need come first. */
function sortByNeed(addresses: readonly string[], needs: ReadonlyMap<string, readonly string[]>): string[] {
  const sorted = new Set<string>();
  const visit = (address: string): void => {
    if (sorted.has(address)) return;
    for (const needed of needs.get(address) ?? []) if (addresses.includes(needed)) visit(needed);
    sorted.add(address);
  };
  addresses.forEach(visit);
  return [...sorted];
}
