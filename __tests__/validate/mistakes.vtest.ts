import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../constructs/core/project";

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe("a mistake in the files of environments", () => {
  const top = projectFolder();

  /** A copy of the repository in which dev's file has some content. */
  function workspace(content: string): string {
    const folder = mkdtempSync(join(tmpdir(), "datalab-environments-"));
    folders.push(folder);
    const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: top });
    for (const path of listed.toString().split("\0")) {
      if (
        !/^(cdktf\.json|main\.ts|package\.json|tsconfig\.json|\.swcrc|(config|constructs|images|stacks|workloads)\/)/.test(
          path,
        )
      )
        continue;
      if (existsSync(join(top, path))) cpSync(join(top, path), join(folder, path));
    }
    symlinkSync(join(top, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "config/environments/dev.ts"), content);
    return folder;
  }

  /** Runs what `npm run synth` runs. */
  function synth(folder: string): { status: number | null; stdout: string; stderr: string } {
    const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      scripts: { synth: string };
    };
    const [program = "", ...words] = scripts.synth.split(" ");
    return spawnSync(program, words, { cwd: folder, encoding: "utf8" });
  }

  it.each([
    [
      "that is a syntax error",
      'export const dev = {\n  name: "dev",,\n};',
      /dev\.ts cannot be loaded: .* \(line 2\)\. /,
    ],
    [
      "that the components refuse",
      'export const dev = { name: "dev", target: "docker", sizes: { mino: { cpus: 1 } } };',
      /^dev\.sizes: given "mino"/,
    ],
  ])("%s ends plain cdktf and `npm run synth` with one message and nothing written", (_, content, message) => {
    const folder = workspace(content);
    const { status, stdout, stderr } = synth(folder);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(existsSync(join(folder, "cdktf.out"))).toBe(false);
    expect(existsSync(join(folder, ".datalab"))).toBe(false);
  });

  it("of the machine gets one message from `npm run synth` as well", () => {
    const folder = workspace('export const dev = { name: "dev", target: "docker" };');
    writeFileSync(join(folder, "cdktf.out"), "");
    const { status, stderr } = synth(folder);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^Cannot mkdir \S*cdktf\.out\S* \((EEXIST|ENOTDIR)\)\. .* Move it out of the way\.$/m);
    expect(stderr).not.toContain("    at ");
  });

  it("of syntax is reported by ./datalab before anything is written", () => {
    const folder = workspace('export const dev = {\n  name: "dev",,\n};');
    for (const part of ["cli", "datalab", "package-lock.json"])
      cpSync(join(top, part), join(folder, part), { recursive: true });
    const { status, stderr } = spawnSync(join(folder, "datalab"), ["synth"], { encoding: "utf8" });
    expect(status).toBe(2);
    expect(stderr).toContain("config/environments/dev.ts cannot be compiled:");
    expect(existsSync(join(folder, ".datalab"))).toBe(false);
  });
});
