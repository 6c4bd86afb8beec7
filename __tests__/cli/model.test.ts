import { containersOf, groupsOf, stacksFor, stacksOn, startLevels } from "../../cli/model/select";
import { summaryOf, summaryText } from "../../cli/model/summary";
import { groupNames } from "../../config/components";
import { resultText } from "../../cli/up/result";
import { descriptionOf } from "../support/description";
import { addressesOf, synthesiseNamed } from "../support/synth";
import { plainColours } from "../support/terminal";

const dev = descriptionOf("dev");

describe("description", () => {
  it("has what a container needs and is", () => {
    const kafkaUi = dev.containers.find(({ id }) => id === "kafka-ui");
    expect(kafkaUi).toMatchObject({
      name: "dev-kafka-ui",
      stack: "dev-core",
      group: "core",
      component: "kafka-ui",
      kind: "service",
      ports: [{ address: "127.0.0.1", port: 8090, internal: 8080, protocol: "tcp" }],
      after: [],
    });
    expect(dev.containers.find(({ id }) => id === "init-postgres-observer")?.after).toEqual(["postgres"]);
    expect(kafkaUi?.memoryMiB).toBeGreaterThanOrEqual(384);
    expect(kafkaUi?.waitSeconds).toBeGreaterThan(60);
  });

  it("knows Terraform's address of all that its stacks hold", () => {
    const { stacks } = synthesiseNamed("dev");
    for (const { id, builds, addresses } of dev.stacks) {
      const containers = dev.containers.filter(({ stack }) => stack === id);
      const known = [...containers, ...builds].map(({ address }) => address);
      expect([...known, ...Object.values(addresses)].sort()).toEqual(addressesOf(stacks[id] ?? { terraform: {} }));
    }
  });

  it("tells addresses inside and for the operator", () => {
    const minio = dev.components.find(({ name }) => name === "minio");
    expect(minio?.endpoints).toContainEqual({
      id: "minio.console",
      name: "console",
      scheme: "http",
      protocol: "tcp",
      internal: "minio:9001",
      url: "http://localhost:9001",
      port: 9001,
      page: "http://localhost:9001/",
    });
    expect(minio?.logins).toEqual([
      { endpoint: "minio.console", url: "http://localhost:9001/", user: "root", secret: "minio.root-password" },
    ]);
  });

  it("knows who reads a secret, and which ones live inside data", () => {
    expect(dev.secrets.find(({ id }) => id === "redis.password")).toMatchObject({ usedBy: ["redis"] });
    const inData = dev.secrets.filter(({ changeInData }) => changeInData !== undefined).map(({ id }) => id);
    expect(inData.sort()).toEqual([
      "airflow.fernet-key",
      "consul.gossip-key",
      "consul.management-token",
      "grafana.admin-password",
      "nifi.sensitive-properties-key",
      "postgres.admin-password",
    ]);
  });

  it("has no containers of ours on AWS", () => {
    const prod = descriptionOf("prod");
    expect(prod.containers).toEqual([]);
    expect(prod.components.map(({ name }) => name)).toContain("mlflow");
  });
});

describe("choice of stacks", () => {
  const allGroups = groupNames.toSorted();

  it("brings what a group needs", () => {
    expect(stacksFor(dev, ["ml"]).map(({ id }) => id)).toEqual([
      "dev-foundation",
      "dev-core",
      "dev-ml-images",
      "dev-ml",
    ]);
    expect(groupsOf(stacksFor(dev, ["all"])).toSorted()).toEqual(allGroups);
    expect(groupsOf(stacksFor(dev, [])).toSorted()).toEqual(allGroups);
  });

  it("builds for a component its images with those that they are made from, and no others", () => {
    const buildsOf = (names: string[]): string[] =>
      stacksFor(dev, names).flatMap(({ builds }) => builds.map(({ name }) => name.replace(/^dev-|:.*$/g, "")));
    const hub = buildsOf(["jupyterhub"]);
    const imageOf = (part: string): string | undefined => hub.find((name) => name.includes(part));
    expect([imageOf("jupyterhub"), imageOf("notebook"), imageOf("spark")]).not.toContain(undefined);
    expect([imageOf("airflow"), imageOf("streamlit")]).toEqual([undefined, undefined]);
    expect(buildsOf(["core", "jupyterhub"])).toEqual(hub);
  });

  it("takes down what stands on a group first", () => {
    expect(groupsOf(stacksOn(dev, ["core"])).at(-1)).toBe("core");
    expect(groupsOf(stacksOn(dev, ["core"])).sort()).toEqual(allGroups);
    expect(groupsOf(stacksOn(dev, ["ml"]))).toEqual(["ml"]);
  });

  it("refuses a group that does not exist, and says which do", () => {
    expect(() => stacksFor(dev, ["core", "mml"])).toThrow(
      'Environment dev has no group, component or service "mml". Did you mean ml',
    );
  });

  it("refuses it also beside all, which would hide that something else was meant", () => {
    expect(() => stacksOn(dev, ["all", "nfii"])).toThrow('no group, component or service "nfii". Did you mean nifi');
    expect(groupsOf(stacksOn(dev, ["nifi", "all"])).sort()).toEqual(allGroups);
  });

  it("starts what is needed first, also through init steps", () => {
    const levels = startLevels(dev, containersOf(dev, stacksFor(dev, ["ml"]))).map((level) =>
      level.map(({ id }) => id),
    );
    const levelOf = (id: string): number => levels.findIndex((level) => level.includes(id));
    expect(levelOf("kafka-ui")).toBe(levelOf("kafka"));
    // Exporters run in another group, which waits for nothing of this one.
    expect(levelOf("postgres-exporter")).toBe(-1);
    expect(levelOf("consul-agent-core")).toBeGreaterThan(levelOf("consul"));
    expect(levelOf("mlflow")).toBeGreaterThan(levelOf("postgres"));
    expect(levels.flat()).not.toContain("init-minio-buckets");
  });
});

describe("summary", () => {
  it("sums the limits of all replicas up", () => {
    const summary = summaryOf(dev);
    expect(summary.totals.containers).toBe(dev.containers.filter(({ kind }) => kind === "service").length);
    expect(summary.published).toContainEqual({ endpoint: "mlflow.web", url: "http://localhost:5000", port: 5000 });
    expect(summary.volumes).toContain("dev-postgres-data");
  });

  it("says what to run next", () => {
    const text = summaryText([summaryOf(dev)], plainColours);
    expect(text).toContain("spark ×5");
    expect(text).toContain("./datalab up --env dev");
  });
});

describe("what up ends with", () => {
  const lines = (seconds: number): string[] =>
    resultText(dev, stacksFor(dev, ["processing"]), true, seconds, plainColours).split("\n");

  it("says which page is which where a component has several", () => {
    const pages = lines(9)
      .filter((line) => line.startsWith("  "))
      .map((line) => line.trim().replace(/ +/g, " "));
    expect(pages).toEqual(
      expect.arrayContaining(["spark history http://localhost:18080/", "nifi https://localhost:8443/nifi/"]),
    );
  });

  it("gives seconds of a short time, and minutes of a long one", () => {
    expect(lines(9.04)[0]).toContain("is up (9.0 s)");
    expect(lines(282)[0]).toContain("is up (5 min)");
  });
});
