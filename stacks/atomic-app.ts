import { createHash, randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { App } from "cdktf";

/**
 * An app whose files appear in the output folder one by one and whole. cdktf writes in place, so that a Terraform or a second
 * synthesis beside it could read half a file; and it makes the folder before anything is checked.
 */
export class AtomicApp extends App {
  /**
   * Hashes of the files of the last `synth`, by their paths below the output folder. They are taken of what was written, because
   * another synthesis may replace a file at once.
   */
  readonly written = new Map<string, string>();

  /** @param target the output folder; other files in it, such as Terraform's own, are left alone */
  constructor(readonly target: string) {
    super({ outdir: mkdtempSync(join(tmpdir(), "datalab-synth-")) });
    // Many apps are only asked, and never written.
    rmSync(this.outdir, { recursive: true });
  }

  override synth(): void {
    mkdirSync(join(this.outdir, "stacks"), { recursive: true });
    try {
      super.synth();
      this.publish();
    } finally {
      rmSync(this.outdir, { recursive: true });
    }
  }

  private publish(): void {
    this.written.clear();
    const names = readdirSync(this.outdir, { recursive: true, encoding: "utf8" });
    for (const name of names.filter((one) => statSync(join(this.outdir, one)).isFile())) {
      const content = readFileSync(join(this.outdir, name));
      this.written.set(name, createHash("sha256").update(content).digest("hex"));
      const final = join(this.target, name);
      if (existsSync(final) && readFileSync(final).equals(content)) continue;
      mkdirSync(dirname(final), { recursive: true });
      const temporary = `${final}.${randomUUID()}`;
      try {
        writeFileSync(temporary, content, { flush: true });
        renameSync(temporary, final);
      } finally {
        rmSync(temporary, { force: true });
      }
    }
  }
}
