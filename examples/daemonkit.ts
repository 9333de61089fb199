/**
 * Shows what the daemon kit gives to a daemon of another purpose, a warden of disks (`daemonkit/warden.ts`): its routes,
 * its events as they happen and as they are kept, one at a time, and a clean end. Everything shown is checked; the
 * first thing that is not as promised ends with an error. `node --conditions=@holdfast/source examples/daemonkit.ts`
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describeVerdict, verifyEventLog } from "@holdfast/daemonkit/eventlog";

/** The longest that one thing is waited for. */
const PATIENCE_MS = 10_000;
const warden = fileURLToPath(new URL("daemonkit/warden.ts", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "warden-"));
const socketPath = join(directory, "run/socket");
const eventsPath = join(directory, "events/warden.jsonl");
const signal = AbortSignal.timeout(PATIENCE_MS);

const child = start("inherit");
try {
  await useWarden();
  await verifyEvents();
  await stopWarden();
  console.log("\nEverything was as promised.");
} finally {
  child.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
}

async function useWarden(): Promise<void> {
  while (!existsSync(socketPath)) await sleep(10, undefined, { signal });
  step("start", `it serves ${socketPath}`);
  const status = await ask("GET", "/status");
  assert.match(status, /"name":"watching".*"name":"pruning"/);
  step("status", status.trim());
  assert.equal(await ask("GET", "/low"), "[]\n");
  assert.match(await ask("GET", "/nothing"), /"reason":"NotFound"/);

  const stream = await open("GET", "/events");
  await ask("POST", "/minimum/101");
  const text = await textUntil(stream, /event: DiskLow\ndata: (.*)\n/);
  assert.equal(await ask("GET", "/low"), '["/"]\n');
  step("event", text);
  stream.destroy();

  const second = start("ignore");
  assert.notEqual(await exitOf(second), 0, "a second warden must not steal the socket");
  step("second", "refused, the first goes on");
  assert.match(await ask("GET", "/health"), /ok/);
}

async function verifyEvents(): Promise<void> {
  const intact = await verifyEventLog(eventsPath, signal);
  assert.equal(intact.type, "intact");
  const bytes = readFileSync(eventsPath);
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  const copy = join(directory, "changed.jsonl");
  writeFileSync(copy, bytes);
  const changed = await verifyEventLog(copy, signal);
  assert.equal(changed.type === "broken" && changed.line, 1);
  step("verify", describeVerdict("a changed copy", changed));
}

async function stopWarden(): Promise<void> {
  child.kill("SIGTERM");
  assert.equal(await exitOf(child), 0, "SIGTERM is a clean end");
  assert.ok(!existsSync(socketPath), "the socket is gone");
  step("stop", "clean, exit code 0");
}

function start(stderr: "inherit" | "ignore"): ChildProcess {
  const args = ["--conditions=@holdfast/source", warden, directory, "/"];
  return spawn(process.execPath, args, { stdio: ["ignore", "inherit", stderr] });
}

async function exitOf(process: ChildProcess): Promise<number | null> {
  await once(process, "exit", { signal });
  return process.exitCode;
}

function open(method: string, path: string): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request({ socketPath, method, path, agent: false, signal }, resolve).on("error", reject).end();
  return promise;
}

async function ask(method: string, path: string): Promise<string> {
  return textUntil(await open(method, path), /^[^]*$/, "end");
}

/** The text of an answer once it matches, or at its end; the first group where the pattern has one. */
async function textUntil(response: IncomingMessage, found: RegExp, at = "data"): Promise<string> {
  let text = "";
  response.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  for (;;) {
    await once(response, at, { signal });
    const match = found.exec(text);
    if (match !== null) return match[1] ?? match[0];
  }
}

function step(name: string, text: string): void {
  console.log(`${name.padEnd(8)} ${text}`);
}
