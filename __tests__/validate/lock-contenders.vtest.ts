import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

// The highest number that Linux gives out is below this one.
const gone = 4_194_305;

const stale = { pid: gone, command: "datalab up", since: "2026-01-01T00:00:00.000Z", id: "stale", children: [] };

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "datalab-takeover-"));
  mkdirSync(join(top, ".datalab", "locks"), { recursive: true });
});
afterEach(() => {
  rmSync(top, { recursive: true });
});

it("a stale lock is taken by one of many processes at once", async () => {
  const processes = await Promise.all(Array.from({ length: 8 }, () => contender()));
  try {
    writeFileSync(join(top, ".datalab", "locks", "dev.json"), JSON.stringify(stale));
    // The holder of each round is killed, so that its lock is the stale one of the next.
    for (let left = processes; left.length > 1;) {
      const answers = await Promise.all(left.map((one) => one.take()));
      const holder = left[answers.indexOf("taken")];
      expect(answers.slice().sort()).toEqual([...Array<string>(left.length - 1).fill("refused"), "taken"]);
      await holder?.kill();
      left = left.filter((one) => one !== holder);
    }
  } finally {
    await Promise.all(processes.map((one) => one.kill()));
  }
});

interface Contender {
  readonly take: () => Promise<string>;
  readonly kill: () => Promise<void>;
}

async function contender(): Promise<Contender> {
  const script = join(__dirname, "..", "support", "lock-contender.ts");
  const child: ChildProcessByStdio<Writable, Readable, null> = spawn(
    process.execPath,
    ["-r", "ts-node/register/transpile-only", script, top],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const lines = createInterface({ input: child.stdout });
  const exited = once(child, "exit");
  const nextLine = async (): Promise<string> => String((await once(lines, "line"))[0]);
  expect(await nextLine()).toBe("ready");
  return {
    take: () => {
      const answer = nextLine();
      child.stdin.write("take\n");
      return answer;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
