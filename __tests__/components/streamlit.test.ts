import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";
import { orderOf } from "../../constructs/core/order";
import { type Synthesised, synthesiseInput, synthesiseNamed } from "../support/synth";

interface Listed {
  readonly name: string;
  readonly group: string;
  readonly replicas: readonly string[];
  readonly links: readonly { readonly name: string; readonly url: string; readonly page: string }[];
}

/** What the first page is told of the platform. */
function listOf({ environment, stacks }: Synthesised): readonly Listed[] {
  const containers = stacks[`${environment.name}-visualization`]?.resource?.["docker_container"] ?? {};
  const uploads = (containers["streamlit"]?.["upload"] ?? []) as { file: string; content?: string }[];
  const list = uploads.find(({ file }) => file.endsWith("/platform.json"))?.content ?? "";
  return (JSON.parse(list) as { components: Listed[] }).components;
}

describe("the list of the platform's components", () => {
  const lab = synthesiseInput({
    name: "lab",
    target: "docker",
    portOffset: 100,
    operatorHost: "lab.example.com",
    ports: { "minio.console": 7777 },
  });
  const list = listOf(lab);
  const find = (name: string): Listed | undefined => list.find((one) => one.name === name);

  it("has addresses that work from the operator's machine", () => {
    expect(find("minio")?.links).toEqual([
      { name: "api", url: "lab.example.com:9100", page: "" },
      { name: "console", url: "lab.example.com:7777", page: "http://lab.example.com:7777/" },
    ]);
    expect(find("consul")?.links.map(({ page }) => page)).toContain("http://lab.example.com:8600/ui/");
  });

  it("names replicas as the catalogue does, with what comes in later groups", () => {
    expect(find("spark")?.replicas).toEqual(expect.arrayContaining(["spark-worker-1", "spark-worker-3"]));
    expect(find("prometheus")).toMatchObject({ group: "monitoring", replicas: ["prometheus"] });
  });

  it("orders nothing: the page comes without what it lists, and does not hold it up", () => {
    expect(orderOf(lab.environment, "lab-visualization").stacks.toSorted()).toEqual(["lab-core"]);
  });

  it("has the load balancer's addresses on AWS, and nothing that could be asked for health", () => {
    const definition = JSON.stringify(synthesiseNamed("prod").stacks["prod-visualization"]);
    expect(definition).toContain("https://mlflow.datalab.example.com/");
    expect(definition).not.toContain("SERVICE_DISCOVERY_CONSUL");
  });
});

/** Runs lines of Python beside the image's modules; they print JSON. */
function python(...lines: string[]): unknown {
  const { status, stdout, stderr } = spawnSync("python3", ["-B", "-c", ["import json", ...lines].join("\n")], {
    cwd: join(projectFolder(), "images/streamlit/app"),
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

describe("the log-in", () => {
  it("looks at no password after ten wrong ones, whoever sent them, until a minute has passed", () => {
    expect(
      python(
        "from tries import Tries",
        "now = [0.0]",
        "tries = Tries('right', clock=lambda: now[0])",
        "answers = [tries.check('wrong') for _ in range(9)] + [tries.check('right'), tries.check('wrong')]",
        "late = [tries.check('right')]",
        "now[0] = 59.9; late.append(tries.check('right'))",
        "now[0] = 60.0; late.append(tries.check('right'))",
        "print(json.dumps([answers, late]))",
      ),
    ).toEqual([
      [...Array.from({ length: 9 }, () => false), true, false],
      [null, null, true],
    ]);
  });

  it("takes letters of every alphabet for wrong, and not for an error", () => {
    expect(python("from tries import Tries", "print(json.dumps(Tries('right').check('päßwort')))")).toBe(false);
  });
});

describe("health on the first page", () => {
  const printed = (what: string, checks: readonly object[] | null, components: readonly object[]): unknown =>
    python(
      "from platform_state import rows_of, states_of, summary_of",
      `checks = json.loads(${JSON.stringify(JSON.stringify(checks))})`,
      `components = json.loads(${JSON.stringify(JSON.stringify(components))})`,
      "rows = rows_of(components, None if checks is None else states_of(checks))",
      `print(json.dumps(${what}))`,
    );
  const rows = (checks: readonly object[] | null, components: readonly object[]): unknown =>
    printed("{row.component: row.health for row in rows}", checks, components);
  const summary = (...args: [readonly object[], readonly object[]]): unknown => printed("summary_of(rows)", ...args);
  const component = (name: string, ...replicas: string[]): object => ({ name, group: "core", replicas, links: [] });
  const check = (ServiceID: string, Status: string, Node = "agent"): object => ({
    ServiceID,
    Status,
    Node,
    CheckID: `service:${ServiceID}`,
  });
  /** As `consul maint` makes them; without a service for a whole node. */
  const maintenance = (ServiceID: string, Node = "agent"): object => ({
    ServiceID,
    Status: "critical",
    Node,
    CheckID: ServiceID === "" ? "_node_maintenance" : `_service_maintenance:${ServiceID}`,
  });

  it("is the worst of a replica's checks, and names the replicas that are not well", () => {
    const checks = [
      check("web-1", "passing"),
      check("web-2", "passing"),
      check("web-2", "critical"),
      check("web-2", "passing"),
      check("sql", "passing"),
      check("", "passing", "consul"),
    ];
    const components = [
      component("web", "web-1", "web-2", "web-3"),
      component("sql", "sql"),
      component("consul", "consul"),
      component("gone", "gone-1", "gone-2"),
      component("cloud"),
    ];
    expect(rows(checks, components)).toEqual({
      web: "web-2 is unhealthy, web-3 is not running",
      sql: "healthy",
      consul: "healthy",
      gone: "not running",
      cloud: "",
    });
  });

  it("is that of something stopped on purpose for what is in maintenance, whatever its other checks say", () => {
    const checks = [
      maintenance("sql"),
      check("sql", "critical"),
      check("web-1", "passing"),
      maintenance("web-2"),
      maintenance("", "consul"),
    ];
    const components = [component("sql", "sql"), component("web", "web-1", "web-2"), component("consul", "consul")];
    expect(rows(checks, components)).toEqual({
      sql: "in maintenance",
      web: "web-2 is in maintenance",
      consul: "in maintenance",
    });
  });

  it("is summed up in a sentence, in which nobody is alarmed about what was stopped on purpose", () => {
    const components = [component("sql", "sql"), component("web", "web"), component("cloud")];
    expect(summary([check("sql", "passing"), check("web", "passing")], components)).toEqual([
      true,
      "All 3 components are healthy.",
    ]);
    expect(summary([maintenance("sql"), check("web", "passing")], components)).toEqual([
      true,
      "1 of 3 components are stopped on purpose, the others are healthy: sql",
    ]);
    expect(summary([maintenance("sql"), check("web", "critical")], components)).toEqual([
      false,
      "1 of 3 components are not healthy: web",
    ]);
  });

  it("is listed by group, also of what was added at last", () => {
    const added = { ...component("agent-core", "agent-core"), group: "core" };
    const shown = rows([], [component("sql", "sql"), { ...component("job", "job"), group: "jobs" }, added]);
    expect(Object.keys(shown as object)).toEqual(["sql", "agent-core", "job"]);
  });

  it("is not claimed where nobody watches over it", () => {
    expect(rows(null, [component("sql", "sql")])).toEqual({ sql: "" });
  });
});
