import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { projectFolder } from "../../../../constructs/core/project";

/** The first start makes a Python environment, which takes a while. */
const startSeconds = 300;

/** While it exists, tasks end badly and new deployments are taken back. */
const failingFile = "failing";

/** The program that answers like AWS: `DATALAB_MOTO_SERVER`, or where the test bed lies beside the repository. */
export function motoProgram(): string {
  return process.env["DATALAB_MOTO_SERVER"] ?? resolve(projectFolder(), "../shared/testbed/moto-server/moto-server");
}

/** Where the program has its Python, with what AWS offers for it. */
const pythonFolder = process.env["MOTO_VENV"] ?? join(projectFolder(), ".datalab/moto-venv");

/** Why there can be no test endpoint, or undefined when there can. */
export function reasonWithoutMoto(): string | undefined {
  const program = motoProgram();
  return existsSync(program) ? undefined : `there is no ${program}; set DATALAB_MOTO_SERVER to a moto-server`;
}

/** A test endpoint of our own, on a free port of the loopback. */
export class Moto {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @throws Error with the program's last words when it does not answer. */
  static async start(): Promise<Moto> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), "datalab-moto-"));
    // Into a file: this process does not read while it waits for Terraform, and a full pipe would stop the server.
    const log = openSync(join(folder, "log"), "w");
    const child = spawn(motoProgram(), ["-H", "127.0.0.1", "-p", String(port)], {
      stdio: ["ignore", log, log],
      env: {
        ...process.env,
        MOTO_VENV: pythonFolder,
        // Our additions; see sitecustomize.py.
        PYTHONPATH: join(__dirname, "../moto"),
        PYTHONDONTWRITEBYTECODE: "1",
        DATALAB_MOTO_FAILING: join(folder, failingFile),
        DATALAB_MOTO_URL: `http://127.0.0.1:${port}`,
      },
    });
    closeSync(log);
    const moto = new Moto(`http://127.0.0.1:${port}`, child, folder);
    for (let second = 0; second < startSeconds; second += 1) {
      if (child.exitCode !== null) throw new Error(`moto-server ended with ${child.exitCode}: ${moto.words()}`);
      if (await moto.answers()) return moto;
      await new Promise((done) => setTimeout(done, 1000));
    }
    const words = moto.words();
    await moto.stop();
    throw new Error(`moto-server did not answer within ${startSeconds} s: ${words}`);
  }

  /** Runs a program of a container in Python, against this endpoint; the answer is its words when that failed. */
  python(words: readonly string[], region: string, variables: Readonly<Record<string, string>>): string | undefined {
    const { status, stderr } = spawnSync(join(pythonFolder, "bin/python"), words, {
      encoding: "utf8",
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: this.url,
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
        AWS_DEFAULT_REGION: region,
        ...variables,
      },
    });
    return status === 0 ? undefined : stderr;
  }

  /** Does work during which tasks end badly and every new deployment of a service is taken back. */
  failing<T>(work: () => T): T {
    const file = join(this.folder, failingFile);
    writeFileSync(file, "");
    try {
      return work();
    } finally {
      rmSync(file);
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = new Promise((done) => this.child.once("exit", done));
      this.child.kill("SIGTERM");
      const late = setTimeout(() => this.child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(late);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private words(): string {
    return readFileSync(join(this.folder, "log"), "utf8").slice(-4000);
  }

  private async answers(): Promise<boolean> {
    return fetch(`${this.url}/moto-api/data.json`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        done(typeof address === "object" && address ? address.port : 0);
      });
    });
  });
}
