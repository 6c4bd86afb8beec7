import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";

/** Runs Python with the hub's modules that need no JupyterHub, and reads what it prints. */
function python(program: string): unknown {
  const { status, stdout, stderr } = spawnSync("python3", ["-c", program], {
    encoding: "utf8",
    env: { ...process.env, PYTHONPATH: join(projectFolder(), "images/jupyterhub"), PYTHONDONTWRITEBYTECODE: "1" },
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as unknown;
}

const sessions = `
import json
from datalab_hub.sessions import Sessions, Tickets, TICKET_SECONDS
given = {"SESSION_ENV_MLFLOW_TRACKING_URI": "http://mlflow:5000", "DATABASE_URL": "not for users",
         "ADMIN_ENV_AWS_ACCESS_KEY_ID": "admins", "ADMIN_ENV_AWS_SECRET_ACCESS_KEY": "a",
         "USER_ENV_AWS_ACCESS_KEY_ID": "users", "USER_ENV_AWS_SECRET_ACCESS_KEY": "u"}
sessions = Sessions.read(given, "spark.master spark://spark-master:7077\\n")
`;

describe("what a user's server gets", () => {
  it("is the account of the user's role, and nothing of the hub's own", () => {
    const printed = python(`${sessions}
print(json.dumps([sessions.variables(admin) for admin in (False, True)]))`);
    const common = { MLFLOW_TRACKING_URI: "http://mlflow:5000" };
    expect(printed).toEqual([
      { ...common, AWS_ACCESS_KEY_ID: "users", AWS_SECRET_ACCESS_KEY: "u" },
      { ...common, AWS_ACCESS_KEY_ID: "admins", AWS_SECRET_ACCESS_KEY: "a" },
    ]);
  });

  it("goes with each job, because executors would find the cluster's account otherwise", () => {
    expect(python(`${sessions}\nprint(json.dumps(sessions.spark_conf(False)))`)).toBe(
      "spark.master spark://spark-master:7077\nspark.hadoop.fs.s3a.access.key users\nspark.hadoop.fs.s3a.secret.key u\n",
    );
  });

  it("is the task's identity on AWS, which ECS tells to the hub only, and no account", () => {
    const printed = python(`${sessions}
sessions = Sessions.read({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/1", "USER_ENV_AWS_REGION": "r"}, "a b\\n")
print(json.dumps([sessions.variables(False), sessions.spark_conf(True)]))`);
    expect(printed).toEqual([{ AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/v2/1", AWS_REGION: "r" }, "a b\n"]);
  });
});

describe("a ticket", () => {
  const clock = `${sessions}
now = 0.0
tickets = Tickets(lambda: now)
ticket = tickets.issue("content")
`;

  it("is taken once", () => {
    expect(
      python(`${clock}\nprint(json.dumps([tickets.take("x"), tickets.take(ticket), tickets.take(ticket)]))`),
    ).toEqual([null, "content", null]);
  });

  it("is worth nothing when its time is over, and is forgotten then", () => {
    expect(
      python(`${clock}
now = TICKET_SECONDS
late = tickets.take(ticket)
tickets.issue("old")
now = 2 * TICKET_SECONDS
tickets.issue("new")
print(json.dumps([late, len(tickets._issued)]))`),
    ).toEqual([null, 1]);
  });
});
