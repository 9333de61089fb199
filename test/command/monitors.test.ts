import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { test } from "node:test";
import { commandLineOf, isRoot, type Json, Scratch, Serving } from "./command.ts";

const FILES = 2_000;
const PATIENCE_MS = 60_000;

/** A manifest of many files in many directories, and one more that waits for an interface that is there. */
function manyFiles(scratch: Scratch): string {
  const directories = Array.from({ length: 50 }, (_, at) => ({
    kind: "directory",
    name: `/d${at}`,
    spec: {},
  }));
  const files = Array.from({ length: FILES }, (_, at) => ({
    kind: "file",
    name: fileName(at),
    spec: { content: `${at}\n` },
  }));
  const waiting = {
    kind: "file",
    name: "/d0/online",
    spec: { content: "yes\n" },
    meta: { condition: [{ interface: "lo" }] },
  };
  const resources = [...directories, ...files, waiting];
  const document = {
    apiVersion: "holdfast/v1",
    kind: "Manifest",
    metadata: { name: "many" },
    resources,
  };
  return scratch.source("many.json", JSON.stringify(document));
}

function fileName(at: number): string {
  return `/d${at % 50}/f${at}`;
}

/** Tampers with a file and waits until it is as declared again. */
async function expectRepair(scratch: Scratch, at: number): Promise<void> {
  const path = scratch.at(fileName(at).slice(1));
  fs.writeFileSync(path, "tampered\n");
  await until(`the repair of ${path}`, () => fs.readFileSync(path, "utf8") === `${at}\n`);
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const deadline = AbortSignal.timeout(PATIENCE_MS);
  while (!isTrue()) {
    assert.ok(!deadline.aborted, `it never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Puts a file where a directory is. @returns false when the agent had made the directory again in between. */
function giveWayToFile(scratch: Scratch, path: string): boolean {
  scratch.removeTree(path);
  try {
    fs.writeFileSync(scratch.at(path), "in the way", { flag: "wx" });
    return true;
  } catch (error) {
    assert.match(String(error), /EEXIST/);
    return false;
  }
}

/** How a part of the agent is, as the agent says. */
function monitor(scratch: Scratch, name: string): Json {
  const agent = Object(scratch.json("status").value["agent"]) as Json;
  const { monitors } = agent;
  const all = Array.isArray(monitors) ? (monitors as readonly Json[]) : [];
  const found = all.find((one) => one["name"] === name);
  assert.ok(found, `${name} is not among ${JSON.stringify(all)}`);
  return found;
}

test("M1, M4, D9: with 2,000 files watched each part dies of a real cause, is shown, comes back, and nothing is missed", async () => {
  using scratch = new Scratch();
  await using serving = new Serving(scratch, [manyFiles(scratch)]);
  await serving.event({ type: "watching" });
  for (const name of ["loop", "source", "resync", "control", "reporting", "pruning"]) {
    assert.equal(monitor(scratch, name)["state"], "running", name);
  }
  assert.equal(monitor(scratch, "watch:file")["state"], "running");

  // The socket is removed: nobody can ask, and the work goes on.
  let since = serving.events.length;
  fs.rmSync(scratch.at("run/holdfast/control.sock"));
  await serving.event({ type: "degraded", subject: "control" }, since);
  await expectRepair(scratch, 1);
  await serving.event({ type: "recovered", subject: "control" }, since);
  assert.equal(monitor(scratch, "control")["crashes"], 1);

  // The directory of the event log gives way to a file: events that are published meanwhile are not lost.
  since = serving.events.length;
  await until("the removal of var/log", () => giveWayToFile(scratch, "var/log"));
  await expectRepair(scratch, 2);
  await serving.event({ type: "degraded", subject: "event log" }, since);
  assert.equal(monitor(scratch, "reporting")["state"], "degraded");
  fs.rmSync(scratch.at("var/log"));
  await serving.event({ type: "recovered", subject: "event log" }, since);
  assert.equal(monitor(scratch, "reporting")["state"], "running");

  // The child that listens for interfaces is killed.
  since = serving.events.length;
  const [child] = childrenOf(serving).filter(({ command }) => command.includes("monitor"));
  assert.ok(child, JSON.stringify(childrenOf(serving)));
  process.kill(child.pid, "SIGKILL");
  const down = await serving.event({ type: "degraded" }, since);
  assert.match(String(down["subject"]), /^watch:.*interface/);
  await expectRepair(scratch, 3);
  await serving.event({ type: "recovered", subject: down["subject"] }, since);

  // Directories go with all that is in them: what was declared is made again.
  scratch.removeTree("d7");
  await until(
    "d7",
    () => fs.existsSync(scratch.at("d7/f7")) && fs.existsSync(scratch.at("d7/f1957")),
  );

  // A source that is broken is shown, and the good one stays.
  since = serving.events.length;
  scratch.source("many.json", "broken");
  assert.equal(scratch.run("reload").code, 1);
  assert.equal(monitor(scratch, "source")["state"], "degraded");
  await expectRepair(scratch, 4);
  manyFiles(scratch);
  assert.equal(scratch.run("reload").code, 0);
  assert.equal(monitor(scratch, "source")["state"], "running");

  const { output } = scratch.run("events", ["--verify"]);
  assert.match(output, /all as they were written/);
  const { value } = scratch.json("plan");
  assert.deepEqual((Object(value["summary"]) as Json)["inSync"], FILES + 51);
});

/** The processes that an agent has started. */
function childrenOf({ child }: Serving): readonly { pid: number; command: string }[] {
  const { pid = 0 } = child;
  const listed = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return listed
    .split(" ")
    .filter((word) => /^\d+$/.test(word))
    .map((word) => ({ pid: Number(word), command: commandLineOf(word).join(" ") }));
}

test("D9: where the kernel has no more watches the files are polled, and watched when it has again", {
  skip: !isRoot && "only root may limit what a namespace of its own may watch",
}, async () => {
  using scratch = new Scratch();
  const name = scratch.manifest(
    Array.from({ length: 20 }, (_, at) => `{ kind: directory, name: /d${at}, spec: {} }`),
  );
  const limit = 'echo 3 > /proc/sys/user/max_inotify_watches; exec "$@"';
  await using limited = new Serving(scratch, [name], ["unshare", "-Ur", "sh", "-c", limit, "sh"]);
  const degraded = await limited.event({ type: "degraded", subject: "watch:directory" });
  assert.match(JSON.stringify(degraded["fault"]), /WatchFailed|ENOSPC/);
  await limited.event({ type: "watching" });
  assert.match(String(monitor(scratch, "watch:directory")["state"]), /^backoff:/);
  const since = limited.events.length;
  const { pid = 0 } = limited.child;
  execFileSync("nsenter", [
    "-U",
    "--preserve-credentials",
    "-t",
    String(pid),
    "sh",
    "-c",
    "echo 100000 > /proc/sys/user/max_inotify_watches",
  ]);
  await limited.event({ type: "recovered", subject: "watch:directory" }, since);
  assert.equal(monitor(scratch, "watch:directory")["state"], "running");
  scratch.removeTree("d3");
  await until("d3", () => fs.existsSync(scratch.at("d3")));
});
