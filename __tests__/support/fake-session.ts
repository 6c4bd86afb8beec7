import { createHash, type RSAKeyPairOptions } from "node:crypto";
import fs, { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { EnvironmentInput } from "../../config/schema";
import { FakeEngine } from "./fake-engine";
import { FakeTerraform } from "./fake-terraform";
import { folderOfRun } from "./run-folder";
import { keepSynthesis, keyOf, restoreSynthesis } from "./syntheses";

const repository = resolve(__dirname, "../..");
let place = repository;
let described: Readonly<Record<string, EnvironmentInput>> = {};

// Many tests of this kind run on a machine that has other work.
jest.setTimeout(60_000);

// The commands under test work on a checkout and on environments of the test's own, and wait no longer than they must.
jest.mock("../../constructs/core/project", () => ({ projectFolder: () => place }));
jest.mock("../../config/environments", () => ({
  get environments() {
    return described;
  },
}));
// As for the compiled command, whose build stands for its sources: here the description stands for them.
jest.mock("../../cli/model/content", () => ({
  ...jest.requireActual<typeof import("../../cli/model/content")>("../../cli/model/content"),
  buildOf: () => keyOf(described),
}));
jest.mock("node:timers/promises", () => {
  const real = jest.requireActual<typeof import("node:timers/promises")>("node:timers/promises");
  const shortest = 2;
  return {
    ...real,
    setTimeout: (_milliseconds: number, ...rest: [unknown?, object?]) => real.setTimeout(shortest, ...rest),
  };
});

// Nobody attacks what tests encrypt; drawing a key of real length takes longer than a whole command.
jest.mock("node:crypto", () => {
  const real = jest.requireActual<typeof import("node:crypto")>("node:crypto");
  return {
    ...real,
    generateKeyPairSync: (type: "rsa", options: RSAKeyPairOptions<"pem", "pem">) =>
      real.generateKeyPairSync(type, { ...options, modulusLength: 1024 }),
  };
});

/** What a command gave. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Of this machine, and another in each process of a run: files run beside each other try the same ports. */
const address = addressOf(`${folderOfRun()} ${process.env["JEST_WORKER_ID"] ?? ""}`);

function addressOf(name: string): string {
  const [first = 0, second = 0, third = 0] = createHash("sha256").update(name).digest();
  return ["127", 64 + (first % 64), 1 + (second % 254), 1 + (third % 254)].join(".");
}

/** A small platform that the tests bring up: core alone. */
export const smallEnvironment: Extract<EnvironmentInput, { target: "docker" }> & { readonly bindAddress: string } = {
  name: "fake",
  target: "docker",
  dataDeletion: "allowed",
  groups: ["core"],
  bindAddress: address,
  portOffset: 21_000,
};

/** An AWS environment with two groups, for the same. */
export const shop: EnvironmentInput = {
  name: "shop",
  target: "aws",
  region: "eu-central-1",
  domain: "shop.example.com",
  state: { kind: "s3", bucket: "shop-terraform-state" },
  operatorCidrs: ["192.0.2.0/24"],
  groups: ["core", "ml"],
  kafka: { brokers: 3 },
};

/**
 * The real command line on a checkout of its own, with a fake engine and a fake Terraform:
 *
 *     import { FakeSession } from "../support/fake-session";   // before any import from cli, config, constructs or stacks
 *     let session: FakeSession;
 *     beforeEach(async () => { session = await FakeSession.start(); });
 *     afterEach(() => session.end());
 *
 *     await session.run("up");                                   // { code, out, err }; --env fake is added
 *     session.engine.container("fake-redis").state;              // what exists now
 *     session.engine.behaviours.set("fake-minio", { exitCode: 3 });   // how it fares when it is started next
 *     session.engine.answer = () => ({ status: 500, body: "no" });    // or "hang", "close"
 *     session.terraform.conduct = ({ command, stack }) =>        // fail, silent, hang, killed: see Conduct
 *       command === "apply" && stack === "fake-core" ? { hang: "docker_container.minio" } : undefined;
 *     session.terraform.stacksOf("apply");                       // what was started, in order
 *     const call = await session.terraform.hung();               // waits for a condition; tests never sleep
 *     process.emit("SIGINT");                                    // Ctrl-C
 *     session.hurry();                                           // time limits pass at once
 *     session.configure({ ...smallEnvironment, groups: ["core", "ml"] });  // edit the configuration
 *     session.file(".datalab/secrets/fake/redis.password");      // a path in the checkout
 *
 * For a child process instead of `run`: give it `session.variables`, and never wait for it synchronously.
 */
export class FakeSession {
  private clock: jest.SpyInstance | undefined;
  /** What has to be on the disk is shown of the files themselves; here only the disk's own time would be seen. */
  private readonly sync = jest.spyOn(fs, "fsyncSync").mockImplementation(() => undefined);

  private constructor(
    readonly top: string,
    readonly engine: FakeEngine,
    readonly terraform: FakeTerraform,
    /** Of a process that is to reach the fakes. */
    readonly variables: Readonly<Record<string, string>>,
    private environment: string,
    private readonly before: Readonly<Record<string, string | undefined>>,
  ) {}

  /** Makes an empty checkout and starts the fakes. Sessions follow each other; one test has one at a time. */
  static async start(input: EnvironmentInput = smallEnvironment): Promise<FakeSession> {
    const top = mkdtempSync(join(tmpdir(), "datalab-fake-"));
    for (const part of ["cdktf.json", "images", "workloads"])
      cpSync(join(repository, part), join(top, part), { recursive: true });
    // What the sources read; they themselves are loaded from the repository.
    cpSync(join(repository, "constructs"), join(top, "constructs"), {
      recursive: true,
      filter: (path) => !path.endsWith(".ts"),
    });
    const outside = join(top, "outside");
    mkdirSync(outside);
    const engine = await FakeEngine.start(outside);
    const terraform = await FakeTerraform.start(outside, engine);
    const variables = {
      DOCKER_HOST: engine.address,
      DOCKER_CONFIG: outside,
      TERRAFORM_BINARY_NAME: terraform.program,
      NO_COLOR: "1",
    };
    const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
    Object.assign(process.env, variables);
    const session = new FakeSession(top, engine, terraform, variables, input.name, before);
    session.configure(input);
    place = top;
    restoreSynthesis(keyOf(described), top);
    return session;
  }

  /** Ends the fakes and removes the checkout. */
  async end(): Promise<void> {
    this.clock?.mockRestore();
    this.sync.mockRestore();
    await this.terraform.stop();
    await this.engine.stop();
    for (const [name, value] of Object.entries(this.before)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    keepSynthesis(keyOf(described), this.top);
    place = repository;
    rmSync(this.top, { recursive: true });
  }

  /** Replaces the checkout's environments by this one, which commands mean from now on. */
  configure(input: EnvironmentInput): void {
    described = { [input.name]: input };
    this.environment = input.name;
  }

  /** Makes each look at the clock a minute later than the one before: what waits for minutes gives up at once. */
  hurry(): void {
    let now = Date.now();
    this.clock = jest.spyOn(Date, "now").mockImplementation(() => (now += 60_000));
  }

  file(path: string): string {
    return join(this.top, path);
  }

  /** Runs a command of the command line, in this process. */
  async run(...words: string[]): Promise<Outcome> {
    const out: string[] = [];
    const err: string[] = [];
    const spies = [
      jest.spyOn(process.stdout, "write").mockImplementation((text) => out.push(String(text)) > 0),
      jest.spyOn(process.stderr, "write").mockImplementation((text) => err.push(String(text)) > 0),
    ];
    try {
      const { run } = await import("../../cli/main");
      const code = await run([...words, "--env", this.environment]);
      return { code, out: out.join(""), err: err.join("") };
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  }

  /**
   * Runs a command that has to succeed.
   *
   * @throws Error with all that it wrote when it does not.
   */
  async succeed(...words: string[]): Promise<Outcome> {
    const outcome = await this.run(...words);
    if (outcome.code !== 0) throw new Error(`${words.join(" ")}: ${outcome.code}\n${outcome.out}${outcome.err}`);
    return outcome;
  }
}
