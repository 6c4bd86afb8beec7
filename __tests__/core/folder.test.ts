import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { contentOfFolder, folder } from "../../constructs/core/folder";

let top: string;

function put(name: string, content: string): void {
  mkdirSync(dirname(join(top, name)), { recursive: true });
  writeFileSync(join(top, name), content);
}

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "datalab-folder-"));
  put("dags/one.py", "one");
  put("dags/sub/run me", "two");
  chmodSync(join(top, "dags/sub/run me"), 0o755);
});

afterEach(() => {
  rmSync(top, { recursive: true });
});

it("knows its files, what of them can be run, and its content", () => {
  const dags = folder("dags", top);
  expect(dags.files).toEqual([
    { path: "one.py", executable: false },
    { path: "sub/run me", executable: true },
  ]);
  expect(dags.hash).toBe(contentOfFolder("dags", top));
  put("dags/one.py", "two");
  expect(contentOfFolder("dags", top)).not.toBe(dags.hash);
  expect(contentOfFolder("nowhere", top)).toBeUndefined();
});

it("is the same folder however its path is written", () => {
  expect(folder("./dags/", top)).toEqual(folder("dags", top));
});

it("is found in a checkout that is itself behind a link", () => {
  const link = `${top}-link`;
  symlinkSync(top, link);
  try {
    expect(folder("dags", link)).toEqual(folder("dags", top));
  } finally {
    rmSync(link);
  }
});

it.each<[string, string, () => void, string]>([
  ["nothing", "nowhere", () => undefined, `folder nowhere: given "nothing"; allowed: a folder of the repository.`],
  [
    "a file",
    "dags/one.py",
    () => undefined,
    `folder dags/one.py: given "a file"; allowed: a folder of the repository.`,
  ],
  [
    "what is outside the repository",
    "../elsewhere",
    () => undefined,
    `folder ../elsewhere: given "../elsewhere"; allowed: a folder below the repository's top`,
  ],
  [
    "the repository itself, with all secrets in it",
    ".",
    () => undefined,
    `folder .: given "."; allowed: a folder below the repository's top`,
  ],
  ["the secrets", ".datalab/secrets", () => undefined, `folder .datalab/secrets: given ".datalab/secrets"; allowed`],
  ["an absolute path", "/etc", () => undefined, `folder /etc: given "/etc"; allowed`],
  [
    "an empty folder",
    "empty",
    () => {
      mkdirSync(join(top, "empty"));
    },
    `folder empty: given "an empty folder"; allowed: at least one file.`,
  ],
  [
    "links",
    "dags",
    () => {
      symlinkSync("one.py", join(top, "dags/link"));
    },
    `folder dags: given "the link link"; allowed: files.`,
  ],
  [
    "a name of two lines",
    "dags",
    () => {
      put("dags/one\ntwo", "");
    },
    String.raw`the file \"one\\ntwo\""; allowed: names in UTF-8 without control characters. Rename it.`,
  ],
  [
    "a name that is no UTF-8",
    "dags",
    () => {
      writeFileSync(Buffer.concat([Buffer.from(join(top, "dags/")), Buffer.from([0xe4])]), "");
    },
    `allowed: names in UTF-8 without control characters`,
  ],
  [
    "the secrets behind a link",
    "dags/shared",
    () => {
      put(".datalab/secrets/dev/token", "secret");
      symlinkSync("../.datalab/secrets/dev", join(top, "dags/shared"));
    },
    `folder dags/shared: given "a path with a link in it"; allowed: folders of the repository themselves.`,
  ],
  [
    "a folder below a link out of the repository",
    "elsewhere/folder",
    () => {
      const elsewhere = join(top, ".elsewhere");
      mkdirSync(join(elsewhere, "folder"), { recursive: true });
      writeFileSync(join(elsewhere, "folder", "file"), "x");
      symlinkSync(elsewhere, join(top, "elsewhere"));
    },
    `folder elsewhere/folder: given "a path with a link in it"`,
  ],
  [
    "more than 10 MB",
    "dags",
    () => {
      put("dags/large", "x".repeat(10 * 1024 * 1024));
    },
    `folder dags: given "10485766 bytes"; allowed: 10485760 or less.`,
  ],
])("refuses %s", (_what, path, prepare, message) => {
  prepare();
  expect(() => folder(path, top)).toThrow(message);
});
