import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What of a synthesised stack is read from its file. */
interface SynthesisedStack {
  readonly terraform: { readonly required_providers?: unknown; readonly backend?: unknown };
  readonly resource?: Readonly<Record<string, object>>;
}

/** The stack in a folder, as Terraform reads it. */
export function synthesisedStack(folder: string): SynthesisedStack {
  return JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as SynthesisedStack;
}
