import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { stackFolder, succeed, workspace } from "../__tests__/integration/support/datalab";
import { terraform } from "../__tests__/integration/support/terraform";
import { environmentName } from "../__tests__/integration/support/workspace";
import { withEnvironment } from "./bench-workspace";
import { type Figure, ratio } from "./figure";
import { measureInTurn, median } from "./measure";

const turns = 3;

/** What commands take on a core group that runs and stays as it is, against their own parts. */
export function deploymentFigures(top: string): Promise<Figure[]> {
  return withEnvironment(() => Promise.resolve(figures(top)));
}

function figures(top: string): Figure[] {
  succeed("up", "core");
  const unchanged: number[] = [];
  const plans: number[] = [];
  const statuses: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    unchanged.push(seconds(() => succeed("up", "core")));
    plans.push(Math.max(...["foundation", "core"].map((part) => seconds(() => terraform(stackFolder(part), "plan")))));
    statuses.push(seconds(() => succeed("status", "--json")));
  }
  const short = { quiet: shortCommands(top), busy: whileBusy(() => shortCommands(top)) };
  const slowestPlan = median(plans);
  return [
    ratio("up of core, nothing changed, to the slowest plan", median(unchanged), slowestPlan, 3),
    { name: "status --json", value: median(statuses), bound: 1, unit: "s", detail: "whole command" },
    ...Object.entries(short).flatMap(([load, { cdktf, status, up }]) => [
      ratio(`status --json to loading cdktf, ${load} machine`, status.seconds, cdktf.seconds, 1),
      ratio(`up of core, nothing changed, to loading cdktf, ${load} machine`, up.seconds, cdktf.seconds, 2),
    ]),
  ];
}

/** What a person does most, beside the time that loading cdktf alone takes. */
function shortCommands(top: string): ReturnType<typeof measureInTurn<"cdktf" | "status" | "up">> {
  const ours = { cwd: workspace(), env: { DATALAB_ENV: environmentName } };
  return measureInTurn(
    {
      cdktf: { words: ["node", "-e", 'require("cdktf")'], cwd: top },
      status: { words: ["./datalab", "status", "--json"], ...ours },
      up: { words: ["./datalab", "up", "core"], ...ours },
    },
    5,
  );
}

/** Does work while every core has other work. */
function whileBusy<T>(work: () => T): T {
  const others = Array.from({ length: availableParallelism() }, () => spawn("node", ["-e", "for (;;) {}"]));
  try {
    return work();
  } finally {
    for (const other of others) other.kill("SIGKILL");
  }
}

function seconds(work: () => unknown): number {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
}
