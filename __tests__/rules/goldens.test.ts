import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentNames } from "../../config/load";
import { hashOf } from "../../constructs/core/content-hash";
import { projectFolder } from "../../constructs/core/project";
import { shellScript } from "../../constructs/core/shell-script";
import { literal } from "../../constructs/core/terraform-text";
import { type Difference, differences, renamed } from "../support/difference";
import { forReview, printed, withLongReferences } from "../support/for-review";
import { synthesiseNamed, withoutMetadata } from "../support/synth";

type Marked = Readonly<Record<string, unknown>>;

/** What a golden file stands for. */
function restored(value: unknown): unknown {
  if (typeof value === "string") return withLongReferences(value);
  if (Array.isArray(value)) return value.map(restored);
  if (typeof value !== "object" || value === null) return value;
  const { $lines, $json, $indent, $labels, $text } = value as Marked;
  if ($text !== undefined) return $text;
  if ($lines !== undefined) return ($lines as unknown[]).map(restoredLine).join("\n");
  if ($json !== undefined) return JSON.stringify(restored($json), null, $indent as number | undefined);
  if ($labels !== undefined) return Object.entries($labels as Marked).map(([label, text]) => ({ label, value: text }));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, restored(entry)]));
}

function restoredLine(line: unknown): unknown {
  if (typeof line !== "object" || line === null) return restored(line);
  const { $file, sha256, $text } = line as Marked;
  if ($text !== undefined) return $text;
  const text = literal(shellScript($file as string)).trimEnd();
  return hashOf(text) === sha256 ? text : "another text";
}

/** The value that differs from another one as stated. */
function applied(was: unknown, changes: Readonly<Record<string, Difference>>): unknown {
  const value = structuredClone(was) as Record<string, unknown>;
  for (const [path, change] of Object.entries(changes)) {
    const keys = keysOf(path);
    const key = keys.pop() ?? "";
    const holder = keys.reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], value);
    const range = /^(\d+)\.\.(\d+)$/.exec(key);
    if ("gone" in change) Reflect.deleteProperty(holder as object, key);
    else if (range && Array.isArray(holder)) {
      const [from, to] = [Number(range[1]), Number(range[2])];
      holder.splice(from, to - from, ...(change.is as unknown[]));
    } else (holder as Record<string, unknown>)[key] = change.is;
  }
  return value;
}

function keysOf(path: string): string[] {
  return [...path.matchAll(/\.?([^.[\]]+)|\[("(?:[^"\\]|\\.)*"|[\d.]+)\]/g)].map(
    ([, plain, quoted = ""]) => plain ?? (quoted.startsWith('"') ? (JSON.parse(quoted) as string) : quoted),
  );
}

describe("golden files", () => {
  const synthesised = Object.fromEntries(
    environmentNames().map((name) => [name, withoutMetadata(synthesiseNamed(name).stacks)]),
  );

  describe.each(Object.entries(synthesised))("of %s", (_name, stacks) => {
    it("lose nothing of a stack", () => {
      expect(restored(JSON.parse(printed(forReview(stacks))))).toEqual(stacks);
    });
  });

  it("show all that is different in another environment", () => {
    const was = renamed(forReview(synthesised["dev"]), "dev", "staging");
    const is = forReview(synthesised["staging"]);
    expect(applied(was, differences(was, is))).toEqual(is);
  });

  it.each([
    ["an end of a line", "a\n", "a"],
    ["a space in JSON", '{"a": 1}', '{"a":1}'],
    ["text and what it would be as JSON", '{"a":1}', { a: 1 }],
    ["a label's order", [label("a"), label("b")], [label("b"), label("a")]],
    ["a label that is there twice", [label("a"), label("a")], [label("a")]],
    ["a list of lines and their text", ["a", "b"], "a\nb"],
    ["a number and its text", "1", 1],
    ["a reference and a text that looks like a short one", withLongReferences("{prod-core/x}"), "{prod-core/x}"],
    ["the same in a line", withLongReferences("{prod-core/x}\n"), "{prod-core/x}\n"],
    ["JSON with a key that looks like a mark", '{"$schema":"x"}', '{"schema":"x"}'],
  ])("tell %s apart", (_what, one, other) => {
    expect(printed(forReview(one))).not.toBe(printed(forReview(other)));
    for (const value of [one, other]) expect(restored(JSON.parse(printed(forReview(value))))).toEqual(value);
  });

  it("tell a key with a dot from a key below another", () => {
    const was = { a: { b: 1 }, "a.b": 1, list: [{ "x[0]": 1 }] };
    const is = { a: { b: 2 }, "a.b": 3, list: [{ "x[0]": 4 }] };
    expect(Object.keys(differences(was, is))).toHaveLength(3);
    expect(applied(was, differences(was, is))).toEqual(is);
  });

  it("refuse a key that looks like a mark of theirs", () => {
    expect(() => forReview({ $lines: ["a"] })).toThrow("a key called $lines");
  });

  it("name a script of the repository, with its hash, and show the lines around it", () => {
    const file = "constructs/components/minio-login.sh";
    const text = readFileSync(join(projectFolder(), file), "utf8").split("\n").slice(2).join("\n");
    expect(forReview(`set -eu\n${text}exit\n`)).toEqual({
      $lines: ["set -eu", { $file: file, sha256: expect.stringMatching(/^[0-9a-f]{12}$/) as string }, "exit", ""],
    });
    expect(forReview(`set -eu\n${text.replace("root", "other")}`)).not.toMatchObject({
      $lines: expect.arrayContaining([{ $file: file }]) as unknown[],
    });
  });
});

function label(name: string): object {
  return { label: name, value: "1" };
}
