import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerraformLocal, TerraformOutput, Testing } from "cdktf";
import { literal } from "../../constructs/core/terraform-text";
import { terraform } from "../integration/support/terraform";

const texts = [
  "plain",
  "costs $",
  "$$$",
  "%",
  "$%{x}",
  "${HOME} %{if} $${a} %%{b} $$$",
  "${TfToken[x",
  "${TfToken[x]}",
  "$${TfToken[TOKEN.987654]}",
  "#{TfToken[x]} &{TfToken[y]}",
  '"\\n',
];

it("Terraform reads literal texts as they were meant, with a reference behind them and inside JSON too", () => {
  const folder = mkdtempSync(join(tmpdir(), "datalab-literal-"));
  try {
    const json = Testing.synthScope((scope) => {
      const reference = new TerraformLocal(scope, "x", "value").asString;
      texts.forEach((text, index) => {
        const value = literal(text + reference);
        new TerraformOutput(scope, `plain${index}`, { value });
        new TerraformOutput(scope, `json${index}`, { value: JSON.stringify([value]) });
      });
    });
    writeFileSync(join(folder, "main.tf.json"), json);
    for (const words of [["init"], ["apply", "-auto-approve"]]) {
      const { status, output } = terraform(folder, ...words, "-no-color");
      expect({ status, output: status === 0 ? "" : output }).toEqual({ status: 0, output: "" });
    }
    const state = JSON.parse(readFileSync(join(folder, "terraform.tfstate"), "utf8")) as {
      outputs: Record<string, { value: string }>;
    };
    texts.forEach((text, index) => {
      expect(state.outputs[`plain${index}`]?.value).toBe(`${text}value`);
      expect(JSON.parse(state.outputs[`json${index}`]?.value ?? "")).toEqual([`${text}value`]);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
