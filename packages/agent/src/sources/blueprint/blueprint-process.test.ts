import assert from "node:assert/strict";
import * as fs from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Fault, type Facts } from "@holdfast/core";
import { runWorker } from "./blueprint-process.ts";
import type { ProcessLimits } from "./process-ending.ts";
import type { WorkerAnswer } from "./worker-messages.ts";

const never = new AbortController().signal;
const HEAD = `
import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
const pids = new URL("pids", import.meta.url).pathname;
const sh = (script, options) => spawn("/bin/sh", ["-c", script], { cwd: "/", ...options });
`;
const SLEEPER = "echo $$ >> $PIDS; exec sleep 8640056";

/** A directory with one blueprint, which knows where its children say who they are. */
class Place implements Disposable {
  readonly directory = fs.mkdtempSync(join(homedir(), ".holdfast-test-"));
  readonly path = join(this.directory, "blueprint.mjs");

  compile(
    text: string,
    limits: ProcessLimits = {},
    signal: AbortSignal = never,
  ): Promise<WorkerAnswer> {
    const script = HEAD + text.replaceAll("$PIDS", `${this.directory}/pids`);
    fs.writeFileSync(this.path, script, { mode: 0o644 });
    const blueprint = pathToFileURL(this.path).href;
    const facts: Facts = { os: "linux" } as never;
    const nothing = {
      parameters: {},
      kinds: [],
      trust: { userId: undefined },
      compileCache: undefined,
    };
    const input = { blueprint, sdk: "file:///no-sdk.ts", facts, ...nothing };
    return runWorker(input, { deadlineMs: 20_000, ...limits }, signal);
  }

  pids(): readonly number[] {
    const path = join(this.directory, "pids");
    if (!fs.existsSync(path)) return [];
    return fs.readFileSync(path, "utf8").trim().split("\n").map(Number);
  }

  alive(): readonly number[] {
    return this.pids().filter((pid) => {
      const path = `/proc/${pid}/stat`;
      return fs.existsSync(path) && !fs.readFileSync(path, "utf8").includes(") Z ");
    });
  }

  [Symbol.dispose](): void {
    for (const pid of this.alive()) process.kill(pid, "SIGKILL");
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A worker that has done its work: what it imported is no blueprint. */
function assertAnswered(answer: WorkerAnswer): void {
  assert.equal(answer.type === "refused" && answer.fault.reason, "BlueprintInvalid");
}

/** Starts children that got away, keep its streams, and are known by then. */
const LEAVES_CHILDREN = `
sh("${SLEEPER}", { stdio: "inherit", detached: true }).unref();
spawnSync("/bin/sh", ["-c", "setsid --fork sh -c '${SLEEPER}'"], { stdio: "inherit", cwd: "/" });
while (!fs.existsSync(pids) || fs.readFileSync(pids, "utf8").split("\\n").length < 3);
`;

suite("the process of a blueprint", () => {
  test("B1: it leaves nothing, and what it started holds nothing up", async () => {
    using place = new Place();
    assertAnswered(await place.compile(`${LEAVES_CHILDREN}\nexport default 1;`));
    assert.equal(place.pids().length, 2);
    assert.deepEqual(place.alive(), []);
  });

  test("A4: modules that are exchanged while they are read are no blueprint, whatever they made together", async () => {
    using place = new Place();
    const module = join(place.directory, "module.mjs");
    fs.writeFileSync(module, "export const word = 1;", { mode: 0o644 });
    const exchange = `fs.renameSync(new URL("blueprint.mjs", import.meta.url).pathname + ".new", new URL("blueprint.mjs", import.meta.url).pathname);`;
    fs.writeFileSync(`${place.path}.new`, "export default 2;", { mode: 0o644 });
    const both = `await import("./module.mjs"); ${exchange} export default 1;`;
    assert.equal((await place.compile(both)).type, "changed");
    const failing = `${exchange.replaceAll("blueprint.mjs", "module.mjs")} await import("./none.mjs");`;
    fs.writeFileSync(`${module}.new`, "export const word = 2;", { mode: 0o644 });
    assert.equal((await place.compile(`await import("./module.mjs"); ${failing}`)).type, "changed");
    assertAnswered(await place.compile("await import('./module.mjs'); export default 1;"));
  });

  test("A4: what a blueprint imports is of the directory that it is in, when another has been put in its place too", async () => {
    using place = new Place();
    const [aside, other] = [`${place.directory}-aside`, `${place.directory}-other`];
    fs.mkdirSync(other);
    fs.writeFileSync(join(other, "word.mjs"), 'export const word = "two";', { mode: 0o644 });
    fs.writeFileSync(join(place.directory, "word.mjs"), 'export const word = "one";', {
      mode: 0o644,
    });
    const exchange = `fs.renameSync("${place.directory}", "${aside}"); fs.renameSync("${other}", "${place.directory}");`;
    let printed = "";
    const print = (text: string): void => {
      printed += text;
    };
    try {
      const text = `${exchange} console.log((await import("./word.mjs")).word); export default 1;`;
      assert.equal((await place.compile(text, { print })).type, "changed");
      assert.equal(printed, "one\n");
    } finally {
      fs.rmSync(aside, { recursive: true, force: true });
    }
  });

  test("B1, D19: at its deadline all that it started is over too", async () => {
    using place = new Place();
    const late = place.compile(`${LEAVES_CHILDREN}\nfor (;;);`, { deadlineMs: 1_500 });
    await assert.rejects(late, { reason: "BlueprintTimeout", message: /within 1\.5 s/ });
    assert.deepEqual(place.alive(), []);
  });

  test("B1: when its answer is no longer wanted, all that it started is over too", async () => {
    using place = new Place();
    const stop = new AbortController();
    const unwanted = place.compile(`${LEAVES_CHILDREN}\nfor (;;);`, {}, stop.signal);
    const reason = new Fault({ reason: "Aborted", message: "m", resolution: "r" });
    while (place.pids().length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    stop.abort(reason);
    await assert.rejects(unwanted, (error) => error === reason);
    assert.deepEqual(place.alive(), []);
  });

  test("B1, D19: its memory is bounded, wherever it is: heap, buffers, shared memory, a child, its answer", async () => {
    const hog = "const kept = []; for (;;) kept.push(Buffer.alloc(8 << 20, 1));";
    for (const text of [
      "const kept = []; for (;;) kept.push({ kept });",
      hog,
      "const kept = []; for (;;) kept.push(new Uint8Array(new SharedArrayBuffer(8 << 20)).fill(1));",
      `spawnSync(process.execPath, ["-e", "${hog}"]);`,
      'for (;;) fs.writeSync(3, "x".repeat(1 << 20));',
    ]) {
      using place = new Place();
      const greedy = place.compile(text, { memoryMebibytes: 160 });
      await assert.rejects(greedy, { reason: "BlueprintMemory", message: /160 MiB/ });
    }
  });

  test("B1: its output and that of a child is passed on, also to streams opened by name", async () => {
    using place = new Place();
    let printed = "";
    const text = `
      console.log("grüße");
      spawnSync("/bin/sh", ["-c", "echo out > /dev/stdout; echo err > /dev/stderr"], { stdio: "inherit" });
      export default 1;`;
    assertAnswered(await place.compile(text, { print: (more) => (printed += more) }));
    assert.equal(printed, "grüße\nout\nerr\n");
  });

  test("B1: it runs where it lies, with nothing of our environment", async () => {
    using place = new Place();
    const text = `fs.writeFileSync("seen", JSON.stringify([process.cwd(), Object.keys(process.env)])); export default 1;`;
    assertAnswered(await place.compile(text));
    const [directory, variables] = JSON.parse(
      fs.readFileSync(join(place.directory, "seen"), "utf8"),
    ) as readonly [string, readonly string[]];
    assert.equal(directory, fs.realpathSync(place.directory));
    assert.deepEqual(
      variables.filter((name) => name !== "HOLDFAST_COMMAND"),
      [],
    );
  });

  test("B1: an end without an answer says how it came, and its words decide nothing", async () => {
    using place = new Place();
    const lying = place.compile(
      'console.error("FATAL ERROR: Reached heap limit Allocation failed"); process.exit(3);',
    );
    const message = /ended its own process \(exit code 3\):\nFATAL ERROR/;
    await assert.rejects(lying, { reason: "BlueprintFailed", message });
    const waiting = place.compile("await new Promise(() => {});");
    await assert.rejects(waiting, { reason: "BlueprintFailed", message: /never comes/ });
  });
});
