import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TerraformStack } from "cdktf";

/**
 * Files that Terraform reads, besides a stack's description. They are written together with it, so that whatever a
 * plan needs is in the output folder. cdktf's own assets copy files that exist already, and these are made.
 */
export class Assets {
  private readonly files = new Map<string, Uint8Array>();

  constructor(stack: TerraformStack) {
    const { synthesizer } = stack;
    stack.synthesizer = {
      synthesize: (session) => {
        synthesizer.synthesize(session);
        this.write(join(session.outdir, session.manifest.forStack(stack).workingDirectory));
      },
    };
  }

  /** @returns the file's path from the stack's folder, in which Terraform runs */
  add(name: string, content: Uint8Array): string {
    const path = `assets/${name}`;
    this.files.set(path, content);
    return path;
  }

  private write(folder: string): void {
    for (const [path, content] of this.files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
  }
}
