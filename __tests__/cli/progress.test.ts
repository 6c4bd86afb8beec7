import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Progress } from "../../cli/output/progress";
import type { Terminal } from "../../cli/output/terminal";
import { BuildLogs } from "../../cli/terraform/habits/build-logs";
import { plainColours } from "../support/terminal";

/** A screen of some height, and what has scrolled out of it. */
class Screen {
  readonly colours = plainColours;
  readonly columns = 60;
  readonly json = false;
  private lines = [""];
  private top = 0;
  private cursor = 0;

  constructor(
    readonly live: boolean,
    public rows = 24,
  ) {}

  note(text: string): void {
    this.raw(`${text}\n`);
  }

  raw(text: string): void {
    for (const [, up, clear, newline, plain = ""] of text.matchAll(
      /\u001b\[(\d+)A|\u001b\[([JK])|(\n)|([^\u001b\n]+)/g,
    )) {
      // The cursor cannot go up beyond the screen.
      if (up !== undefined) this.cursor = Math.max(this.top, this.cursor - Number(up));
      if (clear === "J") this.lines.splice(this.cursor, Infinity, "");
      if (newline !== undefined) this.cursor += 1;
      if (plain !== "") this.lines[this.cursor] = plain;
      this.lines[this.cursor] ??= "";
      this.top = Math.max(this.top, this.lines.length - this.rows);
    }
  }

  get all(): string[] {
    return this.lines.slice(0, -1);
  }

  get visible(): string[] {
    return this.lines.slice(this.top, -1);
  }
}

const progressOn = (screen: Screen, names: readonly string[]): Progress =>
  new Progress(screen as unknown as Terminal, names);
const twenty = Array.from({ length: 20 }, (_, index) => `component-${String(index + 1).padStart(2, "0")}`);

describe("progress on a screen with fewer lines than components", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it("draws what matters most, and says how many more there are", () => {
    const screen = new Screen(true, 10);
    const progress = progressOn(screen, twenty);
    for (const name of twenty.slice(0, 15)) progress.set(name, "good", "healthy");
    progress.set("component-03", "bad", "unhealthy: no answer");
    progress.set("component-18", "busy", "starting");
    jest.advanceTimersByTime(3000);
    expect(screen.visible).toHaveLength(9);
    expect(screen.visible.at(-1)).toBe("  … 12 more");
    expect(screen.visible.join("\n")).toContain("✖ component-03  unhealthy: no answer");
    expect(screen.visible.join("\n")).toContain("… component-18  starting 3 s");
    progress.end();
  });

  it("leaves one line for each, all of them, when it ends", () => {
    const screen = new Screen(true, 10);
    screen.note("before");
    const progress = progressOn(screen, twenty);
    jest.advanceTimersByTime(5000);
    progress.note("a note");
    jest.advanceTimersByTime(5000);
    screen.rows = 6;
    jest.advanceTimersByTime(5000);
    for (const name of twenty) progress.set(name, "good", "healthy");
    progress.end();
    const healthy = screen.all.filter((line) => line.includes("healthy"));
    expect(healthy).toEqual(twenty.map((name) => `  ✔ ${name}  healthy`));
    expect(screen.all.slice(0, 2)).toEqual(["before", "a note"]);
  });
});

describe("progress without a screen", () => {
  it("is one line for each change, and none for going back for a moment", () => {
    const screen = new Screen(false);
    const progress = progressOn(screen, ["kafka"]);
    progress.set("kafka", "busy", "starting");
    progress.set("kafka", "good", "healthy");
    progress.set("kafka", "busy", "starting");
    progress.set("kafka", "good", "healthy");
    progress.set("kafka", "bad", "unhealthy: gone");
    progress.set("kafka", "good", "healthy");
    progress.end();
    expect(screen.all).toEqual([
      "  … kafka: starting",
      "  ✔ kafka: healthy",
      "  ✖ kafka: unhealthy: gone",
      "  ✔ kafka: healthy",
    ]);
  });
});

describe("the output of a build", () => {
  it("is one line a step, and the rest stays in the log", () => {
    const top = mkdtempSync(join(tmpdir(), "datalab-builds-"));
    const screen = new Screen(false);
    const progress = progressOn(screen, ["image mlflow"]);
    const build = { id: "mlflow", address: "docker_image.mlflow", name: "datalab/mlflow:1", base: undefined };
    const logs = new BuildLogs(top, [build], progress);
    const log = [
      "Step 1/3 : FROM python",
      "Step 2/3 : RUN pip install",
      ...Array.from({ length: 50 }, (_, index) => `   |████   | ${index} kB 1.2 MB/s`),
      "#9 [build 3/3] COPY start.py /opt",
      "#9 DONE 0.1s",
    ];
    appendFileSync(join(top, ".datalab", "logs", "build-mlflow.log"), log.map((line) => `${line}\n`).join(""));
    logs.end();
    expect(screen.all).toEqual([
      "  … image mlflow: step 1/3: FROM python",
      "  … image mlflow: step 2/3: RUN pip install",
      "  … image mlflow: step 3/3: COPY start.py /opt",
    ]);
    expect(logs.tails()).toContain("49 kB");
    rmSync(top, { recursive: true });
  });
});
