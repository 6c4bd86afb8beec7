import { createInterface } from "node:readline";
import { EnvironmentLock } from "../../cli/up/lock";

// A process that tries to take the lock each time it is told to, and says how it fared.
const [top = ""] = process.argv.slice(2);
const say = (word: string): void => {
  process.stdout.write(`${word}\n`);
};

createInterface({ input: process.stdin }).on("line", () => {
  void EnvironmentLock.take(top, "dev", "datalab up").then(
    () => {
      say("taken");
    },
    (error: unknown) => {
      say(error instanceof Error && error.name === "PreflightError" ? "refused" : String(error));
    },
  );
});
say("ready");
