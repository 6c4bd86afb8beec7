"use strict";
// Starts the command line: sees that Node and the packages fit, compiles the sources when they changed, runs them.
// Plain JavaScript of an old kind, because it has to tell an old Node what is missing.
const fs = require("fs");
const path = require("path");
const crypto = require("crypto");

const top = path.dirname(__dirname);
const sourceFolders = ["cli", "config", "constructs", "stacks"];
const buildFolder = path.join(top, ".datalab", "build");
const keptBuilds = 3;

main();

function main() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major !== 20 && major !== 22) {
    fail("datalab needs Node 20 or 22; this is " + process.version + ". Get it from https://nodejs.org/en/download.");
  }
  ensurePackages();
  const build = ensureBuild();
  // Node 22 keeps compiled code of its own; Node 20 has no such thing.
  const compileCache = require("module").enableCompileCache;
  if (compileCache) compileCache(path.join(top, ".datalab", "compile-cache"));
  require(path.join(build, "cli", "main.js")).start(process.argv.slice(2));
}

function fail(text) {
  process.stderr.write(text + "\n");
  process.exit(2);
}

/** Installs node_modules when it is missing or not what package-lock.json says. */
function ensurePackages() {
  const lockText = fs.readFileSync(path.join(top, "package-lock.json"));
  const wanted = crypto.createHash("sha256").update(lockText).digest("hex");
  const stamp = path.join(top, "node_modules", ".datalab-lock");
  if (readIfThere(stamp) === wanted) return;
  const reason = whyInstall(JSON.parse(lockText.toString()).packages);
  if (reason !== undefined) install(reason);
  fs.writeFileSync(stamp, wanted);
}

/** Why the installed packages do not do, or undefined when they do: a person may have run npm, which writes no stamp. */
function whyInstall(locked) {
  const listing = readIfThere(path.join(top, "node_modules", ".package-lock.json"));
  if (listing === undefined) return "node_modules is missing";
  const installed = JSON.parse(listing).packages;
  for (const name of Object.keys(locked)) {
    const entry = locked[name];
    const there = installed[name];
    if (name === "" || (there === undefined && (entry.optional || entry.dev))) continue;
    if (there === undefined || there.version !== entry.version)
      return "node_modules is not what package-lock.json says";
  }
  return undefined;
}

function install(reason) {
  const folder = path.join(top, "node_modules");
  if (fs.existsSync(folder) && fs.lstatSync(folder).isSymbolicLink()) {
    fail(reason + ", and it is a link to elsewhere. Run `npm ci` where it points to.");
  }
  process.stderr.write("Installing packages (" + reason + "): npm ci\n");
  const npm = require("child_process").spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: top,
    // Standard output is for what the command prints, perhaps JSON.
    stdio: ["ignore", 2, 2],
  });
  if (npm.error)
    fail("npm cannot be started (" + npm.error.message + "). It comes with Node: https://nodejs.org/en/download.");
  if (npm.status !== 0) fail("npm ci failed (see above). Mend the cause, for example the network, and run this again.");
}

/** The folder with the compiled sources; they are compiled when there is none for what the sources are now. */
function ensureBuild() {
  const sources = listSources();
  const hash = crypto.createHash("sha256").update(process.versions.modules);
  hash.update(fs.readFileSync(path.join(top, ".swcrc")));
  for (const source of sources) hash.update("\0" + source.name + "\0").update(source.text);
  const build = path.join(buildFolder, hash.digest("hex").slice(0, 16));
  if (!fs.existsSync(build)) compile(sources, build);
  return build;
}

function listSources() {
  const names = [];
  const walk = function (folder) {
    for (const entry of fs.readdirSync(path.join(top, folder), { withFileTypes: true })) {
      const name = folder + "/" + entry.name;
      if (entry.isDirectory()) walk(name);
      else if (/\.ts$/.test(entry.name) && !/\.d\.ts$/.test(entry.name)) names.push(name);
    }
  };
  sourceFolders.forEach(walk);
  return names.sort().map(function (name) {
    return { name: name, text: fs.readFileSync(path.join(top, name), "utf8") };
  });
}

/** Compiles into a folder beside the final one and renames it, so that a half-written build is never used. */
function compile(sources, build) {
  const swc = require(path.join(top, "node_modules", "@swc", "core"));
  makePrivate(path.join(top, ".datalab"));
  makePrivate(buildFolder);
  const temporary = build + "." + process.pid;
  for (const source of sources) {
    const target = path.join(temporary, source.name.replace(/\.ts$/, ".js"));
    fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o700 });
    let result;
    try {
      result = swc.transformSync(source.text, { filename: path.join(top, source.name), cwd: top, sourceMaps: false });
    } catch (error) {
      fs.rmSync(temporary, { recursive: true, force: true });
      fail(source.name + " cannot be compiled:\n" + error.message);
    }
    fs.writeFileSync(target, result.code, { mode: 0o600 });
  }
  try {
    fs.renameSync(temporary, build);
  } catch (error) {
    // Another process was faster; what it made is the same.
    fs.rmSync(temporary, { recursive: true, force: true });
    if (!fs.existsSync(build)) throw error;
  }
  removeOldBuilds();
}

function removeOldBuilds() {
  fs.readdirSync(buildFolder)
    .map(function (name) {
      const folder = path.join(buildFolder, name);
      return { folder: folder, time: fs.statSync(folder).mtimeMs };
    })
    .sort(function (a, b) {
      return b.time - a.time;
    })
    .slice(keptBuilds)
    .forEach(function (old) {
      fs.rmSync(old.folder, { recursive: true, force: true });
    });
}

function makePrivate(folder) {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
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
