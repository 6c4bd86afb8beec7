"use strict";
// Starts the command line: sees that Node and the packages fit, compiles the sources when they changed, runs them.
// Plain JavaScript of an old kind, because it has to tell an old Node what is missing.
const fs = require("fs");
const path = require("path");
const crypto = require("crypto");
const { isAlive, withLock } = require("./launch-lock.cjs");

const top = path.dirname(__dirname);
const sourceFolders = ["cli", "config", "constructs", "stacks"];
const buildFolder = path.join(top, ".datalab", "build");
/** Kept beside those in use, for whoever goes back and forth between versions. */
const keptBuilds = 3;
/** A build that was used this recently may be about to be used by a process that has not said so yet. */
const youngMilliseconds = 60 * 1000;
/** Folder of a build with one file for each process that uses it. */
const usersFolder = ".users";

/** What keeps the command from starting, in words for a person. */
class Refusal extends Error {}

try {
  main();
} catch (error) {
  const text = error instanceof Refusal ? error.message : explain(error);
  if (text === undefined) throw error;
  process.stderr.write(text + "\n");
  process.exitCode = 2;
}

function main() {
  const version = process.versions.node.split(".").map(Number);
  if (version[0] < 20 || (version[0] === 20 && version[1] < 9)) {
    throw new Refusal(
      "datalab needs Node 20.9 or newer; this is " +
        process.version +
        ". Get a newer one from https://nodejs.org/en/download.",
    );
  }
  ensurePackages();
  const build = useBuild();
  // Node 22 keeps compiled code of its own; Node 20 has no such thing.
  const compileCache = require("module").enableCompileCache;
  if (compileCache) compileCache(path.join(top, ".datalab", "compile-cache"));
  void require(path.join(build, "cli", "main.js")).start(process.argv.slice(2));
}

/** What a person can do about an error of the file system; undefined for any other. */
function explain(error) {
  if (!fs.existsSync(path.join(top, "node_modules", "@swc", "core"))) {
    return error.path === undefined ? undefined : error.message;
  }
  const source = path.join(top, "constructs", "core", "system-errors.ts");
  const { code } = swc().transformSync(fs.readFileSync(source, "utf8"), { filename: source, cwd: top });
  const compiled = { exports: {} };
  new Function("exports", code)(compiled.exports);
  return compiled.exports.systemErrorText(error);
}

function swc() {
  return require(path.join(top, "node_modules", "@swc", "core"));
}

/** Installs node_modules when it is missing or not what package-lock.json says. */
function ensurePackages() {
  const lockText = fs.readFileSync(path.join(top, "package-lock.json"));
  const wanted = crypto.createHash("sha256").update(lockText).digest("hex");
  const stamp = path.join(top, "node_modules", ".datalab-lock");
  if (readIfThere(stamp) === wanted) return;
  const locked = JSON.parse(lockText.toString()).packages;
  if (whyInstall(locked) !== undefined) installOnce(locked);
  fs.writeFileSync(stamp, wanted);
}

/** Installs the packages, unless another process does so first. */
function installOnce(locked) {
  makePrivate(path.join(top, ".datalab"));
  makePrivate(path.join(top, ".datalab", "locks"));
  const onWait = function (pid) {
    process.stderr.write("Waiting for process " + pid + ", which installs the packages\n");
  };
  withLock(path.join(top, ".datalab", "locks", "packages"), onWait, function () {
    const reason = whyInstall(locked);
    if (reason !== undefined) install(reason);
  });
}

/**
 * Why the installed packages do not do, or undefined when they do: a person may have run npm, which writes no stamp.
 * Packages for development are not looked at: the command does not use them.
 */
function whyInstall(locked) {
  const listing = readIfThere(path.join(top, "node_modules", ".package-lock.json"));
  if (listing === undefined) return "node_modules is missing";
  const installed = parsed(listing);
  if (installed === undefined) return "node_modules is half installed";
  for (const name of Object.keys(locked)) {
    const entry = locked[name];
    const there = installed[name];
    if (name === "" || entry.dev || (there === undefined && entry.optional)) continue;
    if (there === undefined || there.version !== entry.version)
      return "node_modules is not what package-lock.json says";
  }
  return undefined;
}

/** The packages that npm lists, or undefined while it writes the list. */
function parsed(listing) {
  try {
    return JSON.parse(listing).packages;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function install(reason) {
  const folder = path.join(top, "node_modules");
  if (fs.existsSync(folder) && fs.lstatSync(folder).isSymbolicLink()) {
    throw new Refusal(reason + ", and it is a link to elsewhere. Run `npm ci` where it points to.");
  }
  process.stderr.write("Installing packages (" + reason + "): npm ci\n");
  const npm = require("child_process").spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: top,
    // Standard output is for what the command prints, perhaps JSON.
    stdio: ["ignore", 2, 2],
  });
  if (npm.error)
    throw new Refusal(
      "npm cannot be started (" + npm.error.message + "). It comes with Node: https://nodejs.org/en/download.",
    );
  if (npm.status !== 0)
    throw new Refusal("npm ci failed (see above). Fix the cause, for example the network, and run this again.");
}

/** The folder with the compiled sources; they are compiled when there is none for what the sources are now. */
function useBuild() {
  const sources = listSources();
  const hash = crypto.createHash("sha256").update(process.versions.modules);
  for (const file of [__filename, path.join(top, ".swcrc")]) hash.update(fs.readFileSync(file));
  for (const source of sources) hash.update("\0" + source.name + "\0").update(source.text);
  const build = path.join(buildFolder, hash.digest("hex").slice(0, 16));
  while (!register(build)) compile(sources, build);
  return build;
}

/** Notes that this process uses a build, because it loads files of it as long as it runs; false when there is no such build. */
function register(build) {
  const note = path.join(build, usersFolder, String(process.pid));
  try {
    fs.writeFileSync(note, "", { mode: 0o600 });
  } catch (error) {
    // Whatever is in the way of the folder, making it tells.
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return false;
    throw error;
  }
  process.on("exit", function () {
    fs.rmSync(note, { force: true });
  });
  return true;
}

function listSources() {
  const names = [];
  const walk = function (folder) {
    for (const entry of fs.readdirSync(path.join(top, folder), { withFileTypes: true })) {
      const name = folder + "/" + entry.name;
      // Editors keep their locks beside what they edit (Emacs: .#name.ts, a link to nowhere).
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) walk(name);
      else if (/\.ts$/.test(entry.name) && !/\.d\.ts$/.test(entry.name)) names.push(name);
    }
  };
  sourceFolders.forEach(walk);
  return names.sort().map(function (name) {
    const text = readIfThere(path.join(top, name));
    if (text === undefined) throw new Refusal(name + " is a link to a file that does not exist. Remove or correct it.");
    return { name: name, text: text };
  });
}

/**
 * Compiles into a folder beside the final one and renames it, so that a half-written build is never used.
 * Nothing is written before all sources are compiled: a mistake in one of them leaves no trace.
 */
function compile(sources, build) {
  const files = sources.map(compiled);
  makePrivate(path.join(top, ".datalab"));
  makePrivate(buildFolder);
  const temporary = path.join(buildFolder, temporaryName("new"));
  try {
    for (const file of files) {
      const target = path.join(temporary, file.name);
      fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
      fs.writeFileSync(target, file.code, { mode: 0o600 });
    }
    fs.mkdirSync(path.join(temporary, usersFolder), { mode: 0o700 });
    // Where another process was faster, what it made is the same.
    rename(temporary, build);
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  removeOldBuilds();
}

/** Name and text of the compiled form of a source. */
function compiled(source) {
  try {
    const { code } = swc().transformSync(source.text, {
      filename: path.join(top, source.name),
      cwd: top,
      sourceMaps: false,
    });
    return { name: source.name.replace(/\.ts$/, ".js"), code: code };
  } catch (error) {
    // Below its frame around the mistake the compiler lists its own stack.
    const frame = error.message.split("\n\nCaused by:")[0].trim();
    throw new Refusal(source.name + " cannot be compiled:\n  " + frame);
  }
}

/** Removes what nobody uses: all but the newest builds, and what processes left that are gone. */
function removeOldBuilds() {
  const names = fs.readdirSync(buildFolder);
  names
    .filter(function (name) {
      return name.startsWith(".") && !isAlive(Number(name.split(".").pop()));
    })
    .forEach(function (name) {
      fs.rmSync(path.join(buildFolder, name), { recursive: true, force: true });
    });
  names
    .filter(function (name) {
      return !name.startsWith(".");
    })
    .map(function (name) {
      const folder = path.join(buildFolder, name);
      return { folder: folder, time: lastUse(folder) };
    })
    .sort(function (a, b) {
      return b.time - a.time;
    })
    .slice(keptBuilds)
    .filter(function (old) {
      return Date.now() - old.time > youngMilliseconds && !isInUse(old.folder);
    })
    .forEach(function (old) {
      // Renamed first: whoever wants to use it from now on finds none and compiles, instead of finding half of one.
      const doomed = path.join(buildFolder, temporaryName("old"));
      if (rename(old.folder, doomed)) fs.rmSync(doomed, { recursive: true, force: true });
    });
}

/** Renames a folder; false where another process has done that already. */
function rename(from, to) {
  try {
    fs.renameSync(from, to);
    return true;
  } catch (error) {
    if (["ENOENT", "ENOTEMPTY", "EEXIST"].includes(error.code)) return false;
    throw error;
  }
}

/** When a process began or ended to use a build; 0 where another process removed it in the meantime, or an older version made it. */
function lastUse(build) {
  const stat = fs.statSync(path.join(build, usersFolder), { throwIfNoEntry: false });
  return stat === undefined ? 0 : stat.mtimeMs;
}

function isInUse(build) {
  const users = path.join(build, usersFolder);
  return fs.existsSync(users) && fs.readdirSync(users).map(Number).some(isAlive);
}

/** A name that says whose it is, so that others can tell when it is left behind. */
function temporaryName(kind) {
  return "." + kind + "-" + crypto.randomBytes(4).toString("hex") + "." + process.pid;
}

function makePrivate(folder) {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (fs.lstatSync(folder).isSymbolicLink()) {
    throw new Refusal(folder + " is a symbolic link. Secrets and state are kept there: replace it by a folder.");
  }
  fs.chmodSync(folder, 0o700);
}

function readIfThere(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
