// The command as one script, with the code that V8 made of it the last time. Node's own compile cache holds only what is
// compiled when a module is loaded; most functions are compiled when they are called first, and that was a third of the
// time of a plan. Ours is made when a run is over, so that it holds what a run calls.
import { hash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { cachedDataVersionTag } from "node:v8";
import { Script } from "node:vm";

/** Begins the script: what distinguishes it from others of the same length, which is all that V8 compares. */
const IDENTITY = /^\/\*([0-9a-f]{16})\*\//;
const IDENTITY_LENGTH = 16;
const DIGEST_BYTES = 32;
const PREFIX = "command-";

/**
 * Runs the script and returns what it exports. `directory` is where its code is kept, and nobody else may write there;
 * `undefined`: nowhere. Each `use` has code of its own, because what is not called costs time too. `isTypical` says
 * whether this run calls what most runs of that use call, so that its code is worth keeping.
 */
export function runScript(path, { directory, use, isTypical }) {
  // It has no other characters than those of ASCII, and V8 holds these in half the memory.
  const source = readFileSync(path, "latin1");
  const place = directory === undefined ? undefined : placeOf(source, directory, use);
  const cachedData = place === undefined ? undefined : readKept(place);
  const script = new Script(source, {
    filename: path,
    cachedData,
  });
  const isKept = cachedData !== undefined && script.cachedDataRejected === false;
  if (place !== undefined && !isKept && isTypical) {
    process.once("exit", (code) => {
      if (code === 0) keep(place, script.createCachedData());
    });
  }
  const module = { exports: {} };
  script.runInThisContext()(module, createRequire(path), pathToFileURL(path).href, dirname(path));
  return module.exports;
}

/** Where the code of this text, made by this V8, is kept. */
function placeOf(source, directory, use) {
  const identity = IDENTITY.exec(source)?.[1];
  if (identity === undefined) return undefined;
  const versions = `${process.version}-${process.arch}-${cachedDataVersionTag().toString(16)}`;
  return join(directory, `${PREFIX}${identity}-${use}-${versions}`);
}

/** What was kept, when it is whole: V8 does not look, and would run what a bad disk made of it. */
function readKept(place) {
  const bytes = withoutFailure(() => readFileSync(place));
  if (bytes === undefined || bytes.length <= DIGEST_BYTES) return undefined;
  const code = bytes.subarray(DIGEST_BYTES);
  return hash("sha256", code, "buffer").equals(bytes.subarray(0, DIGEST_BYTES)) ? code : undefined;
}

/** Keeps the code under its name at once and whole, and removes that of other scripts. */
function keep(place, code) {
  const digest = hash("sha256", code, "buffer");
  const temporary = `${place}.${process.pid}`;
  withoutFailure(() => {
    writeFileSync(temporary, Buffer.concat([digest, code]), { flag: "wx", mode: 0o600 });
    renameSync(temporary, place);
    removeOthers(place);
  });
}

/** Code of the same script that a V8 with other flags has made stays: two that run in turn would make it each time. */
function removeOthers(place) {
  const directory = dirname(place);
  const own = basename(place).slice(0, PREFIX.length + IDENTITY_LENGTH);
  for (const name of readdirSync(directory)) {
    const isOther = name.startsWith(PREFIX) && !name.startsWith(own);
    if (isOther) rmSync(join(directory, name), { force: true });
  }
}

/** What the disk refuses only means that nothing is kept. */
function withoutFailure(act) {
  try {
    return act();
  } catch (error) {
    if (typeof error.code === "string") return undefined;
    throw error;
  }
}
