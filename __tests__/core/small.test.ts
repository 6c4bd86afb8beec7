import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerraformLocal, TerraformOutput, Testing } from "cdktf";
import { buildContext, hashOfFolder } from "../../constructs/core/content-hash";
import { mirrored, splitReference, own, upstream } from "../../constructs/core/image";
import { contentTag } from "../../constructs/core/image-content";
import { literal } from "../../constructs/core/terraform-text";

describe("literal", () => {
  it("doubles the sign of a Terraform template, and only that", () => {
    expect(literal("${a} %{b} $c $(d) 5% $${e}")).toBe("$${a} %%{b} $c $(d) 5% $$${e}");
  });

  /** What cdktf writes for a text in front of a reference to a resource. */
  function written(before: string): unknown {
    const { output } = JSON.parse(
      Testing.synthScope((scope) => {
        new TerraformOutput(scope, "stdout", {
          value: literal(`${before}${new TerraformLocal(scope, "x", 1).asString}!`),
        });
      }),
    ) as { output: { stdout: { value: unknown } } };
    return output.stdout.value;
  }

  it("keeps references, and dollar signs in front of them", () => {
    expect(written("at ")).toBe("at ${local.x}!");
    // "$${local.x}" would be Terraform's way to write the characters "${local.x}".
    expect(written("costs $")).toBe("costs $%{ if true }%{ endif }${local.x}!");
    expect(written("$$")).toBe("$$%{ if true }%{ endif }${local.x}!");
  });

  it.each([
    ["${TfToken[x", "$${%{ if true }%{ endif }TfToken[x"],
    ["${TfToken[x]}", "$${%{ if true }%{ endif }TfToken[x]}"],
    ["$${TfToken[TOKEN.987654]}", "$$${%{ if true }%{ endif }TfToken[TOKEN.987654]}"],
    ["#{TfToken[x]}", "#%{ if true }%{ endif }{TfToken[x]}"],
    ["&{TfToken[x]}", "&%{ if true }%{ endif }{TfToken[x]}"],
  ])("takes what only looks like a placeholder of cdktf as text: %s", (before, expected) => {
    expect(written(before)).toBe(`${expected}\${local.x}!`);
  });
});

describe("images", () => {
  it.each(["postgres", "postgres:latest", "host:5000/postgres"])("refuse %s, which names no fixed tag", (reference) => {
    expect(() => upstream(reference)).toThrow(`given "${reference}"; allowed: a reference with a fixed tag`);
  });

  it.each([
    ["postgres:16", "mirror.example/p/postgres:16"],
    ["prom/prometheus:v3", "mirror.example/p/prom/prometheus:v3"],
    ["quay.io/minio/minio:1", "mirror.example/p/minio/minio:1"],
    ["localhost:5000/a/b:1", "mirror.example/p/a/b:1"],
  ])("take %s from a mirror", (reference, expected) => {
    expect(mirrored(reference, "mirror.example/p")).toBe(expected);
    expect(mirrored(reference, undefined)).toBe(reference);
  });

  it.each([
    ["postgres:16", undefined, "postgres:16"],
    ["apache/spark:3.5.8", undefined, "apache/spark:3.5.8"],
    ["quay.io/minio/minio:1", "quay.io", "minio/minio:1"],
    ["localhost/x:1", "localhost", "x:1"],
    ["mirror:5000/a/b:1", "mirror:5000", "a/b:1"],
  ])("%s comes from the registry %s", (reference, registry, repository) => {
    expect(splitReference(reference)).toEqual({ registry, repository });
  });
});

describe("hash of a folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "datalab-hash-"));
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "sub", "a"), "1");
    writeFileSync(join(folder, "b"), "2");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("does not depend on where the folder lies or when it was written", () => {
    const twin = mkdtempSync(join(tmpdir(), "datalab-hash-"));
    writeFileSync(join(twin, "b"), "2");
    mkdirSync(join(twin, "sub"));
    writeFileSync(join(twin, "sub", "a"), "1");
    expect(hashOfFolder(twin, {})).toBe(hashOfFolder(folder, {}));
    rmSync(twin, { recursive: true });
  });

  it("changes with a content, a name, a mode and the extra", () => {
    const hashes = [hashOfFolder(folder, {}), hashOfFolder(folder, { base: 1 })];
    writeFileSync(join(folder, "b"), "3");
    hashes.push(hashOfFolder(folder, {}));
    rmSync(join(folder, "b"));
    writeFileSync(join(folder, "c"), "3");
    hashes.push(hashOfFolder(folder, {}));
    rmSync(join(folder, "c"));
    writeFileSync(join(folder, "c"), "3", { mode: 0o755 });
    hashes.push(hashOfFolder(folder, {}));
    expect(new Set(hashes).size).toBe(5);
    expect(hashes[0]).toMatch(/^[0-9a-f]{12}$/);
  });

  it("does not count what no build gets to see, and leaves it out of the context", () => {
    writeFileSync(join(folder, ".dockerignore"), ".dockerignore\n**/__pycache__\nDockerfile\n");
    writeFileSync(join(folder, "Dockerfile"), "FROM scratch");
    const before = hashOfFolder(folder, {});
    mkdirSync(join(folder, "sub", "__pycache__"));
    writeFileSync(join(folder, "sub", "__pycache__", "a.pyc"), "3");
    expect(hashOfFolder(folder, {})).toBe(before);
    expect(buildContext(folder)).toEqual(["Dockerfile", "b", "sub/a"]);
    writeFileSync(join(folder, "Dockerfile"), "FROM scratch AS other");
    expect(hashOfFolder(folder, {})).not.toBe(before);
  });

  it("changes with where a link points", () => {
    symlinkSync("b", join(folder, "link"));
    const before = hashOfFolder(folder, {});
    rmSync(join(folder, "link"));
    symlinkSync("sub/a", join(folder, "link"));
    expect(hashOfFolder(folder, {})).not.toBe(before);
  });

  it("is asked for with a message where the folder is missing", () => {
    const image = own("nowhere", upstream("python:3.12.1"));
    expect(() => contentTag(image, undefined)).toThrow(
      /^images\/nowhere: given "no such folder"; allowed: a folder with a Dockerfile/,
    );
  });
});
