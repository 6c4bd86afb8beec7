import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../../constructs/core/project";
import type { EnvironmentInput } from "../../../config/schema";

/** The environment that the tests deploy, apart from any that runs on this machine. */
export const environmentName = "itest";

/** Its ports lie beyond those of the repository's environments, and below those that outgoing connections get (from 32768 on). */
export const portOffset = 22_000;

/** What the quick tests deploy; everything takes minutes more to start, and is for `npm run test:integration:full`. */
const quick = {
  groups: ["core", "processing", "ml"],
  components: { without: ["airflow", "nifi", "prefect"] },
} satisfies Partial<EnvironmentInput>;

/** Whether the tests' environment has every group and component. */
export const deploysEverything = process.env["DATALAB_ITEST_FULL"] === "1";

const configuration: EnvironmentInput = {
  name: environmentName,
  target: "docker",
  portOffset,
  dataDeletion: "allowed",
  ...(deploysEverything ? {} : quick),
};

/**
 * A copy of the repository's files with an environment of its own in it, as a user would add one.
 *
 * @param input Default: what the suite's tests share
 */
export function createWorkspace(input: EnvironmentInput = configuration): string {
  const { name } = input;
  const top = projectFolder();
  const workspace = mkdtempSync(join(tmpdir(), "datalab-itest-"));
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], { cwd: top });
  for (const path of listed
    .toString("utf8")
    .split("\0")
    .filter((name) => name !== "")) {
    cpSync(join(top, path), join(workspace, path), { force: true });
  }
  symlinkSync(join(top, "node_modules"), join(workspace, "node_modules"));
  writeEnvironment(workspace, input);
  const index = join(workspace, "config/environments/index.ts");
  const extended = readFileSync(index, "utf8")
    .replace('import { dev } from "./dev";', `import { dev } from "./dev";\nimport { ${name} } from "./${name}";`)
    .replace("{ dev,", `{ ${name}, dev,`);
  writeFileSync(index, extended);
  return workspace;
}

/** Changes an environment, as a user would edit its file. */
export function writeEnvironment(workspace: string, input: EnvironmentInput): void {
  const { name } = input;
  const content = `import type { EnvironmentInput } from "../schema";\n\nexport const ${name}: EnvironmentInput = ${JSON.stringify(input, null, 2)};\n`;
  writeFileSync(join(workspace, `config/environments/${name}.ts`), content);
}

/** The configuration that `writeEnvironment` starts from. */
export const baseConfiguration: Readonly<EnvironmentInput> = configuration;
