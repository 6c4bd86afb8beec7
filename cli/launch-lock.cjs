"use strict";
// Lets one process at a time do a piece of work, without anything but Node's own modules.
const crypto = require("crypto");
const fs = require("fs");

const pollMilliseconds = 200;
const patienceMilliseconds = 20 * 60 * 1000;

/**
 * Does work while no other process holds `file`. A lock whose process is gone is taken over by exactly one of those
 * that wait: the marker that a takeover needs carries the old holder's token, and can be made only once.
 *
 * @param onWait called once with the process id of who has it, when there is somebody to wait for
 */
exports.withLock = function (file, onWait, work) {
  const token = process.pid + "." + crypto.randomBytes(8).toString("hex");
  take(file, token, onWait);
  try {
    return work();
  } finally {
    fs.unlinkSync(file);
  }
};

function take(file, token, onWait) {
  const own = file + "." + token;
  const end = Date.now() + patienceMilliseconds;
  let told = false;
  // Written beside and linked: the lock is never seen half written.
  fs.writeFileSync(own, token, { mode: 0o600 });
  try {
    for (;;) {
      if (attempt(fs.linkSync, own, file)) return;
      const holder = read(file);
      if (holder === undefined) continue;
      const pid = Number(holder.split(".")[0]);
      if (!exports.isAlive(pid)) {
        if (takeOver(file, own, holder)) return;
      } else if (!told) {
        told = true;
        onWait(pid);
      }
      if (Date.now() > end) {
        throw new Error(
          "process " + pid + " has had " + file + " for too long. If it is not at work, remove that file.",
        );
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMilliseconds);
    }
  } finally {
    fs.rmSync(own, { force: true });
  }
}

function takeOver(file, own, holder) {
  const marker = file + ".over." + holder;
  if (!attempt(fs.mkdirSync, marker)) return false;
  try {
    // Somebody else may have finished a takeover before the marker was made.
    if (read(file) !== holder) return false;
    fs.renameSync(own, file);
    return true;
  } finally {
    fs.rmdirSync(marker);
  }
}

/** Whether a call succeeded, or found that somebody was faster. */
function attempt(call, ...words) {
  try {
    call(...words);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function read(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whether a process exists, of whatever account. */
exports.isAlive = function (pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};
