import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemErrorText } from "../../constructs/core/system-errors";

/** What the file system answers to a call that must fail. */
function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

const made = (code: string, more: object): Error =>
  Object.assign(new Error(`${code}: as the system says`), { code, ...more });

describe("an error of the file system", () => {
  const folder = mkdtempSync(join(tmpdir(), "datalab-errors-"));
  const file = join(folder, "file");
  beforeAll(() => {
    writeFileSync(file, "");
    symlinkSync("circle", join(folder, "circle"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each([
    [
      "ENOTDIR",
      () => {
        writeFileSync(join(file, "below"), "");
      },
      "a file where a folder belongs",
    ],
    [
      "EISDIR",
      () => {
        writeFileSync(folder, "");
      },
      "a folder where a file belongs",
    ],
    [
      "EEXIST",
      () => {
        mkdirSync(file);
      },
      "Something else is in its place",
    ],
    [
      "ELOOP",
      () => {
        writeFileSync(join(folder, "circle"), "");
      },
      "form a loop",
    ],
    [
      "ENAMETOOLONG",
      () => {
        writeFileSync(join(folder, "n".repeat(300)), "");
      },
      "too long for this file system",
    ],
  ])("%s says where and what to do", (code, call, remedy) => {
    const text = systemErrorText(errorOf(call));
    expect(text).toContain(`(${code})`);
    expect(text).toContain(folder);
    expect(text).toContain(remedy);
  });

  it.each([
    ["ENOSPC", { syscall: "write" }, "Cannot write a file of this checkout (ENOSPC). There is no space left"],
    ["EROFS", { syscall: "mkdir", path: "/top/.datalab" }, "Cannot mkdir /top/.datalab (EROFS). It is on a read-only"],
    ["EACCES", { syscall: "open", path: "/top/a" }, "Cannot open /top/a (EACCES). This account may not use it."],
    [
      "EPERM",
      { syscall: "rename", path: "/a", dest: "/b" },
      "Cannot rename /a -> /b (EPERM). This account may not change",
    ],
  ])("%s as well", (code, more, text) => {
    expect(systemErrorText(made(code, more))).toContain(text);
  });

  it("is not what a network or a mistake of ours gives", async () => {
    const refused = await new Promise((resolve) => connect(1, "127.0.0.1").on("error", resolve));
    expect(systemErrorText(refused)).toBeUndefined();
    expect(systemErrorText(made("EACCES", { syscall: "connect" }))).toBeUndefined();
    expect(systemErrorText(new TypeError("x is not a function"))).toBeUndefined();
    expect(
      systemErrorText(
        errorOf(() => {
          mkdirSync(join(folder, "a", "b"));
        }),
      ),
    ).toBeUndefined();
  });
});
