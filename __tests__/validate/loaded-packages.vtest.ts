import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";

const parts = [
  "cli",
  "config",
  "constructs",
  "stacks",
  "images",
  "workloads",
  "cdktf.json",
  "datalab",
  "package-lock.json",
  ".swcrc",
];
/** Writes the paths of all files that a process loaded, at its end. */
const listing = `process.on("exit", () => require("fs").writeFileSync(process.env.LOADED, Object.keys(require.cache).join("\\n")));`;
let top: string;

/** Runs a command in a checkout; names of the packages that it loaded. */
function packagesOf(...words: string[]): string[] {
  const list = join(top, "loaded");
  const { stderr } = spawnSync(join(top, "datalab"), words, {
    cwd: top,
    encoding: "utf8",
    env: {
      ...process.env,
      LOADED: list,
      NODE_OPTIONS: `--require ${join(top, "listing.cjs")}`,
      DOCKER_HOST: `unix://${join(top, "no-engine.sock")}`,
    },
  });
  expect(stderr).not.toContain("mistake in datalab");
  const paths = [...readFileSync(list, "utf8").matchAll(/node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/g)];
  return [...new Set(paths.map(([, name]) => name ?? ""))];
}

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), "datalab-loaded-"));
  for (const part of parts) cpSync(join(projectFolder(), part), join(top, part), { recursive: true });
  symlinkSync(join(projectFolder(), "node_modules"), join(top, "node_modules"));
  writeFileSync(join(top, "listing.cjs"), listing);
});

afterAll(() => {
  rmSync(top, { recursive: true });
});

it("are few, once the facts are kept", () => {
  expect(packagesOf("urls")).toContain("cdktf");
  for (const words of [["urls"], ["status"], ["secrets", "list"], ["credentials"]]) {
    const packages = packagesOf(...words);
    expect(packages).toContain("commander");
    for (const heavy of [
      "cdktf",
      "@cdktf/provider-docker",
      "zod",
      "dockerode",
      "docker-modem",
      "ssh2",
      "@grpc/grpc-js",
    ]) {
      expect(packages).not.toContain(heavy);
    }
  }
}, 120_000);
