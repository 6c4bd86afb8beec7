import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What ECS answers, in order: each call takes the next one of its kind. */
interface Answers {
  readonly running?: readonly string[];
  readonly failures?: readonly object[];
  readonly states: readonly { readonly lastStatus: string; readonly exitCode?: number; readonly reason?: string }[];
  /** Polls after which Lambda's time is over. Default: never. */
  readonly patience?: number;
}

const fakeBoto = `
import json, os
answers = json.loads(os.environ["ANSWERS"])
calls = []

class Ecs:
    def list_tasks(self, **given):
        calls.append(["list", given["startedBy"]])
        return {"taskArns": answers.get("running", [])}

    def run_task(self, **given):
        calls.append(["run", given["startedBy"], given["taskDefinition"], given["networkConfiguration"]["awsvpcConfiguration"]])
        return {"failures": answers.get("failures", []), "tasks": [{"taskArn": "task/new"}]}

    def describe_tasks(self, **given):
        calls.append(["describe", *given["tasks"]])
        state = answers["states"].pop(0)
        container = {"exitCode": state["exitCode"]} if "exitCode" in state else {}
        return {"tasks": [{"taskArn": given["tasks"][0], "lastStatus": state["lastStatus"], "containers": [container],
                           "stoppedReason": state.get("reason", "")}]}

def client(service):
    assert service == "ecs"
    return Ecs()
`;

const run = `
import json, importlib.util, os, sys
import boto3
spec = importlib.util.spec_from_file_location("run_step", sys.argv[1])
step = importlib.util.module_from_spec(spec)
spec.loader.exec_module(step)

class Context:
    left = int(os.environ["PATIENCE"])
    def get_remaining_time_in_millis(self):
        self.left -= 1
        return 600_000 if self.left >= 0 else 0

event = {"step": "init-app-migrate", "cluster": "prod", "taskDefinition": "task-definition/prod-init-app-migrate:7",
         "subnets": ["s"], "securityGroups": ["g"], "logGroup": "/datalab/prod/init-app-migrate", "pollSeconds": 0}
try:
    outcome = {"result": step.handler(event, Context())}
except Exception as error:
    outcome = {"error": str(error)}
print(json.dumps({**outcome, "calls": boto3.calls}))
`;

interface Outcome {
  readonly result?: { readonly task: string };
  readonly error?: string;
  readonly calls: readonly (readonly [string, ...unknown[]])[];
}

describe("the function that runs a step", () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "datalab-step-"));
    writeFileSync(join(folder, "boto3.py"), fakeBoto);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function handle({ patience = 100, ...answers }: Answers): Outcome {
    const { stdout, stderr } = spawnSync("python3", ["-c", run, join(__dirname, "../../constructs/aws/run-step.py")], {
      encoding: "utf8",
      env: {
        ...process.env,
        PYTHONPATH: folder,
        PYTHONDONTWRITEBYTECODE: "1",
        ANSWERS: JSON.stringify(answers),
        PATIENCE: String(patience),
      },
    });
    if (stdout === "") throw new Error(stderr);
    return JSON.parse(stdout) as Outcome;
  }

  const names = ({ calls }: Outcome): string[] => calls.map(([name]) => name);

  it("starts a task in the private network and waits for its end", () => {
    const outcome = handle({
      states: [{ lastStatus: "PENDING" }, { lastStatus: "RUNNING" }, { lastStatus: "STOPPED", exitCode: 0 }],
    });
    expect(outcome.result).toEqual({ task: "task/new" });
    expect(names(outcome)).toEqual(["list", "run", "describe", "describe", "describe"]);
    expect(outcome.calls[1]?.slice(2)).toEqual([
      "task-definition/prod-init-app-migrate:7",
      { subnets: ["s"], securityGroups: ["g"], assignPublicIp: "DISABLED" },
    ]);
  });

  it("waits for the task of an earlier call instead of running the step twice", () => {
    const outcome = handle({ running: ["task/old"], states: [{ lastStatus: "STOPPED", exitCode: 0 }] });
    expect(outcome.result).toEqual({ task: "task/old" });
    expect(names(outcome)).toEqual(["list", "describe"]);
  });

  it("fails with the step's exit code and where its log is", () => {
    const { error } = handle({
      states: [{ lastStatus: "STOPPED", exitCode: 3, reason: "Essential container exited" }],
    });
    expect(error).toBe(
      "The step init-app-migrate ended with exit code 3 (Essential container exited). " +
        "Its log is in /datalab/prod/init-app-migrate.",
    );
  });

  it("fails when the container never ran", () => {
    const { error } = handle({ states: [{ lastStatus: "STOPPED", reason: "CannotPullContainerError" }] });
    expect(error).toContain("The step init-app-migrate did not run (CannotPullContainerError).");
  });

  it("fails when there is no room for the task", () => {
    const { error } = handle({ failures: [{ reason: "RESOURCE:ENI" }], states: [] });
    expect(error).toContain("cannot be started: [{'reason': 'RESOURCE:ENI'}]");
  });

  it("says so when the step takes longer than Lambda lets it wait", () => {
    const { error } = handle({ patience: 2, states: [{ lastStatus: "RUNNING" }, { lastStatus: "RUNNING" }] });
    expect(error).toBe("The step init-app-migrate is still running. Apply again to go on waiting for it.");
  });
});
