import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";

/** Stands in for the libraries of the image; what is shown is in `shown`, by metric and labels. */
const program = `
import asyncio, json, sys
from types import SimpleNamespace
from urllib.parse import unquote

shown = {}

class Metric:
    def __init__(self, name, *_):
        self.values = shown.setdefault(name, {})
        self.key = ""
    def labels(self, *values):
        one = object.__new__(Metric)
        one.values, one.key = self.values, ",".join(values)
        return one
    def clear(self):
        self.values.clear()
    def set(self, value):
        self.values[self.key] = float(value)

class Client:
    """Answers like the server, which takes what stands in a path for a name only after it was decoded."""
    def __init__(self, **_):
        pass
    async def post(self, path, json):
        if path == "/work_pools/filter":
            found = [{"name": name, "status": "READY" if workers else "NOT_READY"} for name, workers in pools.items()]
        elif path.startswith("/work_pools/"):
            name = path.split("?")[0].split("#")[0].removeprefix("/work_pools/").removesuffix("/workers/filter")
            found = [{"status": status} for status in pools[unquote(name)]]
        else:
            found = 0
        return SimpleNamespace(raise_for_status=lambda: None, json=lambda: found)

sys.modules["asyncpg"] = SimpleNamespace()
sys.modules["httpx"] = SimpleNamespace(AsyncClient=Client)
sys.modules["prometheus_client"] = SimpleNamespace(Counter=Metric, Gauge=Metric, start_http_server=None)
import housekeeper

server = housekeeper.Server("http://prefect", ("admin", "x"))
told = []
for pools in json.loads(sys.argv[1]):
    asyncio.run(server.show("default"))
    told.append({name: dict(shown[name]) for name in ("prefect_workers_online", "prefect_work_pool_ready")})
print(json.dumps(told))
`;

/** What is shown of work pools while the server has these, one state after the other: statuses of workers by pool. */
function shownOf(...states: readonly Readonly<Record<string, readonly string[]>>[]): unknown[] {
  const { status, stdout, stderr } = spawnSync("python3", ["-B", "-c", program, JSON.stringify(states)], {
    cwd: join(projectFolder(), "images/prefect"),
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout) as unknown[];
}

describe("Prefect's housekeeper", () => {
  it("counts the workers that are there", () => {
    expect(shownOf({ default: ["ONLINE", "OFFLINE", "ONLINE"] })).toEqual([
      { prefect_workers_online: { default: 2 }, prefect_work_pool_ready: { default: 1 } },
    ]);
  });

  it("shows nobody in the platform's pool when that was deleted, so that alerts fire, and forgets any other", () => {
    const nobody = { prefect_workers_online: { default: 0 }, prefect_work_pool_ready: { default: 0 } };
    expect(shownOf({ default: ["ONLINE"], other: ["ONLINE"] }, {}).at(-1)).toEqual(nobody);
    expect(shownOf({})).toEqual([nobody]);
  });

  it("asks for pools of any name", () => {
    expect(shownOf({ "any & all? #1": ["ONLINE"], default: [] })).toEqual([
      {
        prefect_workers_online: { "any & all? #1": 1, default: 0 },
        prefect_work_pool_ready: { "any & all? #1": 1, default: 0 },
      },
    ]);
  });
});
