import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Fault, type FileReadRequest, silentLog } from "@holdfast/core";
import { realClock } from "../../system/real-clock.ts";
import { openFiles } from "../open-files.ts";
import { realFileCalls } from "../real-calls.ts";
import { type OpenReadingThread, openReadingThread } from "./reading-thread.ts";

const UNSTOPPED = new AbortController().signal;
const PLAIN_FILES = 300;

/** A root with a file of every sort, and what to ask of each. */
function makeTree(t: TestContext): { root: string; requests: readonly FileReadRequest[] } {
  const root = fs.mkdtempSync(join(tmpdir(), "holdfast-thread-"));
  t.after(() => fs.rmSync(root, { recursive: true }));
  for (const name of ["many", "odd", "odd/loose"]) fs.mkdirSync(join(root, name));
  const plain = Array.from({ length: PLAIN_FILES }, (_, at) => `/many/${at}`);
  plain.forEach((path, at) => fs.writeFileSync(root + path, "x".repeat(at)));
  fs.writeFileSync(`${root}/odd/long`, Buffer.alloc(3 * 1024 * 1024, "long"));
  fs.writeFileSync(`${root}/odd/private`, "hidden", { mode: 0o600 });
  fs.symlinkSync("private", `${root}/odd/link`);
  fs.symlinkSync("turn", `${root}/odd/turn`);
  execFileSync("mkfifo", [`${root}/odd/fifo`]);
  fs.chmodSync(`${root}/odd/loose`, 0o777);
  fs.symlinkSync("../private", `${root}/odd/loose/trap`);
  const odd = ["", "/long", "/private", "/link", "/turn", "/fifo", "/loose", "/loose/trap"];
  const paths = [...odd, "/none", "/private/below", "/turn/below"].map((name) => `/odd${name}`);
  return {
    root,
    requests: [
      ...plain.map((path) => ({ path, content: "bytes" as const })),
      ...paths.flatMap((path) => [
        { path, content: "none" as const },
        { path, content: "bytes" as const, maxBytes: 5 * 1024 * 1024 },
        { path, content: "sha256" as const, followLink: true },
      ]),
    ],
  };
}

/** A thread that counts how often it read. */
function countedThread(): OpenReadingThread & { count(): number } {
  const thread = openReadingThread({ log: silentLog });
  let count = 0;
  return {
    turnOn: () => thread.turnOn(),
    async read(question, signal) {
      const answers = await thread.read(question, signal);
      if (answers !== undefined) count += 1;
      return answers;
    },
    count: () => count,
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  };
}

test("K1: a thread reads every sort of file as it is read in place", async (t) => {
  const { root, requests } = makeTree(t);
  await using thread = countedThread();
  await using files = openFiles({ calls: realFileCalls, root, clock: realClock, thread });
  const inPlace = await files.readMany(requests, UNSTOPPED);
  assert.equal(thread.count(), 0, "not before it is turned on");
  thread.turnOn();
  const inThread = await files.readMany(requests, UNSTOPPED);
  assert.equal(thread.count(), 1);
  assert.deepEqual(inThread, inPlace);
  const types = new Set(inPlace.map(({ type }) => type));
  assert.deepEqual(types, new Set(["present", "absent", "unknown"]));
  await files.readMany(requests.slice(0, 10), UNSTOPPED);
  assert.equal(thread.count(), 1, "few files are read in place");
});

test("one thread is at work at a time; who comes meanwhile reads in place", async (t) => {
  const { root, requests } = makeTree(t);
  await using thread = countedThread();
  thread.turnOn();
  await using files = openFiles({ calls: realFileCalls, root, clock: realClock, thread });
  const [first, second] = await Promise.all([
    files.readMany(requests, UNSTOPPED),
    files.readMany(requests, UNSTOPPED),
  ]);
  assert.equal(thread.count(), 1);
  assert.deepEqual(first, second);
});

test("a thread that cannot read says so once, and the files are read in place", async (t) => {
  const { root, requests } = makeTree(t);
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (message: string) => warnings.push(message) };
  await using thread = openReadingThread({ log });
  thread.turnOn();
  const question = { root: `${root}/gone`, trustEveryLink: false, remotePaths: [], requests };
  assert.equal(await thread.read(question, UNSTOPPED), undefined);
  assert.deepEqual(warnings, ["files are read in place: the thread for them failed"]);
});

test("a caller that is stopped while a thread reads does not wait for it", async (t) => {
  const { root, requests } = makeTree(t);
  await using thread = openReadingThread({ log: silentLog });
  thread.turnOn();
  const stop = new AbortController();
  const question = { root, trustEveryLink: false, remotePaths: [], requests };
  const reading = thread.read(question, stop.signal);
  const reason = new Fault({ reason: "Aborted", message: "stopped", resolution: "None." });
  stop.abort(reason);
  await assert.rejects(reading, (error) => error === reason);
});

test("disposing ends the thread that reads, and none is started after it", async (t) => {
  const { root, requests } = makeTree(t);
  const thread = openReadingThread({ log: silentLog });
  thread.turnOn();
  const question = { root, trustEveryLink: false, remotePaths: [], requests };
  const reading = thread.read(question, UNSTOPPED);
  await thread[Symbol.asyncDispose]();
  assert.equal(await reading, undefined);
  assert.equal(await thread.read(question, UNSTOPPED), undefined);
});
