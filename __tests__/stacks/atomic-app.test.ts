import { createHash } from "node:crypto";
import fs, { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerraformOutput, TerraformStack } from "cdktf";
import { AtomicApp } from "../../stacks/atomic-app";

let folder: string;
let target: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "datalab-atomic-"));
  target = join(folder, "cdktf.out");
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function appWith(value: string): AtomicApp {
  const app = new AtomicApp(target);
  new TerraformOutput(new TerraformStack(app, "dev-core"), "word", { value });
  return app;
}

const stackFile = (): string => join(target, "stacks", "dev-core", "cdk.tf.json");

describe("synthesis", () => {
  it("knows what it wrote, although another one writes something else at once", () => {
    const rename = fs.renameSync;
    jest.spyOn(fs, "renameSync").mockImplementation((from, to) => {
      rename(from, to);
      fs.writeFileSync(to, "another one's");
    });
    const app = appWith("one");
    app.synth();
    const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
    jest.restoreAllMocks();
    expect(readFileSync(stackFile(), "utf8")).toBe("another one's");
    const again = appWith("one");
    again.synth();
    expect([...app.written]).toEqual([...again.written]);
    expect(app.written.get("stacks/dev-core/cdk.tf.json")).toBe(hash(readFileSync(stackFile(), "utf8")));
    expect([...app.written.keys()].sort()).toEqual(["manifest.json", "stacks/dev-core/cdk.tf.json"]);
  });

  it("makes nothing before it is asked to write, and leaves nothing beside the output", () => {
    const app = appWith("one");
    expect(existsSync(target)).toBe(false);
    expect(existsSync(app.outdir)).toBe(false);
    app.synth();
    expect(readFileSync(stackFile(), "utf8")).toContain('"one"');
    expect(readdirSync(target).sort()).toEqual(["manifest.json", "stacks"]);
    expect(readdirSync(join(target, "stacks", "dev-core"))).toEqual(["cdk.tf.json"]);
    expect(existsSync(app.outdir)).toBe(false);
  });

  it("never leaves half a file, also when the disk is full in the middle of it", () => {
    appWith("one").synth();
    const before = readFileSync(stackFile(), "utf8");
    const write = fs.writeFileSync;
    jest.spyOn(fs, "writeFileSync").mockImplementation((file, data, options) => {
      if (!String(file).includes("cdk.tf.json")) {
        write(file, data, options);
        return;
      }
      write(file, Buffer.from(data as string).subarray(0, 20), options);
      throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    });
    expect(() => {
      appWith("two").synth();
    }).toThrow("ENOSPC");
    expect(readFileSync(stackFile(), "utf8")).toBe(before);
    expect(readdirSync(join(target, "stacks", "dev-core"))).toEqual(["cdk.tf.json"]);
  });

  it("replaces what changed while somebody reads the file, who goes on reading the old one", () => {
    appWith("one").synth();
    const reader = fs.openSync(stackFile(), "r");
    appWith("two").synth();
    expect(readFileSync(reader, "utf8")).toContain('"one"');
    fs.closeSync(reader);
    expect(readFileSync(stackFile(), "utf8")).toContain('"two"');
  });

  it("leaves alone what Terraform keeps in the same folders", () => {
    const kept = join(target, "stacks", "dev-core", ".terraform", "environment");
    mkdirSync(join(kept, ".."), { recursive: true });
    writeFileSync(kept, "default");
    appWith("one").synth();
    expect(readFileSync(kept, "utf8")).toBe("default");
  });
});
