// Imports nothing: cli/launch.cjs compiles it by itself when it could not keep a compiled copy of anything.

const explanations: Readonly<Record<string, string>> = {
  EACCES:
    "This account may not use it. Work as the account that owns the checkout, or in a checkout of your own (git clone).",
  EPERM:
    "This account may not change it. Work as the account that owns the checkout, or in a checkout of your own (git clone).",
  EROFS: "It is on a read-only file system. Work in a checkout that can be written to.",
  ENOSPC: "There is no space left on its disk. Free some (df -h shows what is full), then run this again.",
  EDQUOT: "This account has used up its share of the disk. Free some (quota -s shows how much), then run this again.",
  ENOTDIR: "Part of its path is a file where a folder belongs. Move it out of the way.",
  EISDIR: "It is a folder where a file belongs. Move it out of the way.",
  EEXIST: "Something else is in its place. Move it out of the way.",
  ELOOP: "Symbolic links in its path form a loop. Remove them.",
  ENAMETOOLONG: "Its path is too long for this file system. Move the checkout to a shorter path.",
  EMFILE: "Too many files are open. Raise the limit (ulimit -n), then run this again.",
  ENFILE: "Too many files are open on this machine. Close some programs, then run this again.",
  EIO: "The disk does not answer properly. Look at the system log (dmesg).",
};

/**
 * What a person can do about an error of the file system, in one message; undefined for every other error,
 * which is then our own mistake.
 */
export function systemErrorText(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { code = "", syscall, path, dest } = error as NodeJS.ErrnoException & { dest?: string };
  const explanation = explanations[code];
  // Network errors have no path, but neither has a failing write to an open file.
  if (explanation === undefined || (path === undefined && syscall !== "write" && syscall !== "fsync")) return undefined;
  const where = [path, dest].filter((one) => one !== undefined).join(" -> ");
  return `Cannot ${syscall ?? "use"} ${where === "" ? "a file of this checkout" : where} (${code}). ${explanation}`;
}
