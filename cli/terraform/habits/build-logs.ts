import { closeSync, existsSync, openSync, readSync, rmSync } from "node:fs";
import { join } from "node:path";
import { privateFolder, writePrivate } from "../../files";
import type { BuildDescription } from "../../model/description";
import type { Progress } from "../../output/progress";
import { shorten } from "../../output/table";

const pollMilliseconds = 300;
const tailLines = 25;

/** A step as the classic builder and BuildKit announce it: `Step 3/9 : RUN …`, `#7 [3/9] RUN …`. */
const step = /^(?:#\d+ \[(?:\S+ )?(\d+\/\d+)\]|Step (\d+\/\d+) :) (.*)$/;

/** Follows the log files of builds while Terraform runs them. */
export class BuildLogs {
  private readonly files: {
    readonly build: BuildDescription;
    readonly file: string;
    position: number;
    rest: string;
    last: string[];
  }[];
  private readonly timer: NodeJS.Timeout;

  constructor(
    top: string,
    builds: readonly BuildDescription[],
    private readonly progress: Progress,
  ) {
    const folder = privateFolder(top, "logs");
    this.files = builds.map((build) => {
      const file = join(folder, `build-${build.id}.log`);
      // The provider appends to what is there.
      rmSync(file, { force: true });
      writePrivate(file, "");
      return { build, file, position: 0, rest: "", last: [] };
    });
    this.timer = setInterval(() => {
      this.read();
    }, pollMilliseconds);
  }

  /** Stops following. */
  end(): void {
    clearInterval(this.timer);
    this.read();
  }

  /** The end of each log that was written, for the report of a failure. */
  tails(): string {
    return this.files
      .filter(({ last }) => last.length > 0)
      .map(({ build, file, last }) =>
        [`build of ${build.name}, end of ${file}:`, ...last.map((line) => `  ${line}`)].join("\n"),
      )
      .join("\n\n");
  }

  private read(): void {
    for (const entry of this.files) {
      const parts = (entry.rest + readFrom(entry)).split("\n");
      entry.rest = parts.pop() ?? "";
      const fresh = parts.map((line) => line.trimEnd()).filter((line) => line !== "");
      if (fresh.length === 0) continue;
      entry.last = [...entry.last, ...fresh].slice(-tailLines);
      // The log arrives late: the last lines come when the build is over.
      const row = rowName(entry.build);
      const isOver = this.progress.kindOf(row) === "good" || this.progress.kindOf(row) === "bad";
      if (isOver) continue;
      // What a step writes, progress bars of pip for example, is in the log alone.
      const steps = fresh.flatMap((line) => stepText(line) ?? []);
      if (steps.length === 0 && this.progress.kindOf(row) === "waiting") this.progress.set(row, "busy", "building");
      for (const text of steps) this.progress.set(row, "busy", text);
    }
  }
}

/** `step 3/9: RUN …`; undefined for a line that announces no step. */
export function stepText(line: string): string | undefined {
  const [, kit, classic, instruction = ""] = step.exec(line) ?? [];
  const number = kit ?? classic;
  return number === undefined ? undefined : `step ${number}: ${shorten(instruction, 100)}`;
}

/** Name of a build's row. */
export function rowName(build: BuildDescription): string {
  return `image ${build.id}`;
}

function readFrom(entry: { readonly file: string; position: number }): string {
  if (!existsSync(entry.file)) return "";
  const buffer = Buffer.alloc(64 * 1024);
  const descriptor = openSync(entry.file, "r");
  try {
    const bytes = readSync(descriptor, buffer, 0, buffer.length, entry.position);
    entry.position += bytes;
    return buffer.subarray(0, bytes).toString("utf8");
  } finally {
    closeSync(descriptor);
  }
}
