import { stacksFor } from "../../cli/model/select";
import { isForeign, refuseForeign, refuseForeignData } from "../../cli/up/foreign";
import { planRepairs, type Reality } from "../../cli/up/repair-plan";
import { descriptionOf } from "../support/description";
import { engineIdOf, intact, networkId } from "../support/engine";

const dev = descriptionOf("dev");
const core = stacksFor(dev, ["core"]);
const coreContainers = dev.containers.filter(({ group }) => group === "core");
const well = intact(coreContainers, "dev-foundation");

function changed(name: string, change: Partial<Reality["found"][number]>): Reality {
  return { ...well, found: well.found.map((one) => (one.name === name ? { ...one, ...change } : one)) };
}

describe("plan of repairs", () => {
  it("finds nothing to do when all is as described", () => {
    expect(planRepairs(dev, core, well)).toEqual({
      start: [],
      remove: [],
      importNetworks: [],
      replace: new Map(),
      notes: [],
    });
  });

  it("starts a stopped service and leaves a finished step alone", () => {
    const plan = planRepairs(dev, core, changed("dev-redis", { state: "exited", health: "none", exitCode: 143 }));
    expect(plan.start.map(({ name }) => name)).toEqual(["dev-redis"]);
    expect(plan.replace.size).toBe(0);
    expect(plan.notes).toEqual(["dev-redis is stopped: it is started"]);
  });

  it("runs a failed step again", () => {
    const plan = planRepairs(dev, core, changed("dev-init-minio-buckets", { exitCode: 3 }));
    expect(plan.replace).toEqual(new Map([["dev-core", ["docker_container.init-minio-buckets"]]]));
  });

  it("removes a container that no state knows", () => {
    const plan = planRepairs(dev, core, changed("dev-kafka", { engineId: "made-by-a-killed-terraform" }));
    expect(plan.remove.map(({ name }) => name)).toEqual(["dev-kafka"]);
    expect(plan.start).toEqual([]);
    expect(plan.notes[0]).toContain("its data is in volumes");
  });

  it("leaves containers of other groups alone", () => {
    const mlflow = dev.containers.find(({ id }) => id === "mlflow");
    if (!mlflow) throw new Error("dev has no mlflow");
    const { found } = intact([mlflow], "dev-foundation");
    expect(planRepairs(dev, core, { ...well, found: [...well.found, ...found] }).remove).toEqual([]);
  });

  it("takes a network over that no state knows", () => {
    const states = new Map([...well.states].filter(([stack]) => stack !== "dev-foundation"));
    expect(planRepairs(dev, core, { ...well, states }).importNetworks).toEqual([
      { stack: "dev-foundation", address: "docker_network.dataflow", id: networkId, name: "dev-dataflow" },
    ]);
  });

  it("takes over each network that no state knows, those of groups too", () => {
    const name = "dev-engine-read-core";
    const stacks = core.map((stack) =>
      stack.id === "dev-core"
        ? { ...stack, networks: [name], addresses: { [name]: "docker_network.engine-read" } }
        : stack,
    );
    const networks = new Map([...well.networks, [name, { id: "id-of-engine", settings: {} }]]);
    const plan = planRepairs(dev, stacks, { ...well, networks });
    expect(plan.importNetworks).toEqual([
      { stack: "dev-core", address: "docker_network.engine-read", id: "id-of-engine", name },
    ]);
    expect(plan.notes).toEqual([expect.stringContaining(name)]);
  });

  it("recreates a service that is on one of its networks and not on the other", () => {
    const containers = dev.containers.map((container) =>
      container.name === "dev-redis" ? { ...container, networks: ["dev-dataflow", "dev-engine-read-core"] } : container,
    );
    expect(planRepairs({ ...dev, containers }, core, well).replace.get("dev-core")).toEqual(["docker_container.redis"]);
  });

  it("recreates all services when the network is gone, even stopped ones", () => {
    const gone = { ...changed("dev-redis", { state: "exited" }), networks: new Map() };
    const plan = planRepairs(dev, core, gone);
    const services = coreContainers.filter(({ kind }) => kind === "service");
    expect(plan.replace.get("dev-core")).toHaveLength(services.length);
    expect(plan.start).toEqual([]);
  });
});

describe("another checkout's environment", () => {
  const elsewhere: Reality = { ...well, states: new Map() };

  it("is told from our own", () => {
    expect(isForeign(well)).toBe(false);
    expect(isForeign(elsewhere)).toBe(true);
    expect(isForeign({ ...elsewhere, found: [] })).toBe(false);
  });

  it("counts as ours when a single container is", () => {
    const states = new Map([
      ["dev-core", (well.states.get("dev-core") ?? []).filter(({ id }) => id === engineIdOf("dev-redis"))],
    ]);
    expect(isForeign({ ...elsewhere, states })).toBe(false);
  });

  it("is refused with what to do", () => {
    expect(() => {
      refuseForeign(dev, elsewhere);
    }).toThrow(/another checkout.*--adopt/s);
  });

  it("keeps its data when only its network is left", () => {
    expect(() => {
      refuseForeignData(dev, { ...elsewhere, found: [] });
    }).toThrow("not made from this checkout");
  });
});
