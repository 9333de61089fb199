import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { Fault } from "@holdfast/core";
import fc from "fast-check";
import { realClock } from "../../system/real-clock.ts";
import { runProcess } from "../run-process.ts";
import { startProcess } from "../start-process.ts";
import { ownCgroup } from "./own-cgroup.ts";
import { readProcessTable } from "./process-table.ts";

const never = new AbortController().signal;
const isRoot = process.geteuid?.() === 0;
const PATH = "/usr/bin:/bin";
const env = { PATH };

/** Ways in which programs leave the group, the session or the parent they were started in. */
const ESCAPES: Readonly<Record<string, (script: string) => string>> = {
  background: (script) => `sh -c ${quoted(script)} &`,
  "session of its own": (script) => `setsid sh -c ${quoted(script)} &`,
  "orphan with a session": (script) => `setsid --fork sh -c ${quoted(script)}`,
  "twice an orphan": (script) => `(setsid --fork setsid --fork sh -c ${quoted(script)} &)`,
  "group of timeout(1)": (script) => `timeout 300 sh -c ${quoted(script)} &`,
  "job control": (script) => `sh -m -c ${quoted(`sh -c ${quoted(script)} & wait`)} &`,
  "deaf to SIGTERM": (script) => `sh -c ${quoted(`trap '' TERM HUP; ${script}`)} &`,
  nohup: (script) => `nohup sh -c ${quoted(script)} > /dev/null 2>&1 &`,
};

function quoted(script: string): string {
  return `'${script.replaceAll("'", `'\\''`)}'`;
}

/** What only a cgroup holds: nothing of what they were is left. */
const FORGETTING: typeof ESCAPES = {
  "without environment": (script) =>
    `env --ignore-environment PATH=${PATH} setsid --fork sh -c ${quoted(script)}`,
};

/** Processes that each get away in one or several of these ways. */
const escaping = (ways: readonly string[]) =>
  fc.array(fc.array(fc.constantFrom(...ways), { minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 3,
  });

function wayOf(name: string): (script: string) => string {
  const way = ESCAPES[name] ?? FORGETTING[name];
  assert.ok(way !== undefined);
  return way;
}

/** A place where processes say who they are. */
class Place implements Disposable {
  readonly directory = fs.mkdtempSync(join(tmpdir(), "holdfast-tree-"));

  /** A script whose processes get away, and say who they are before they sleep for long. */
  script(ways: readonly (readonly string[])[]): string {
    const sleeper = `echo $$ >> ${this.directory}/pids; exec sleep 8640054`;
    return ways
      .map((names) => names.reduce((script, name) => wayOf(name)(script), sleeper))
      .join("\n");
  }

  pids(): readonly number[] {
    const path = join(this.directory, "pids");
    if (!fs.existsSync(path)) return [];
    const lines = fs.readFileSync(path, "utf8").split("\n");
    return lines.filter((line) => line !== "").map(Number);
  }

  alive(): readonly number[] {
    const table = readProcessTable();
    return this.pids().filter((pid) => table.has(pid));
  }

  async until(isSo: () => boolean): Promise<void> {
    const deadlineMs = realClock.monotonicMs() + 20_000;
    while (!isSo()) {
      assert.ok(realClock.monotonicMs() < deadlineMs, "it never came true");
      await new Promise<void>((resolve) => realClock.schedule(5, resolve));
    }
  }

  [Symbol.dispose](): void {
    for (const pid of this.alive()) process.kill(pid, "SIGKILL");
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Cgroups of commands of this process. */
function cgroupsLeft(): readonly string[] {
  const home = ownCgroup();
  if (home === undefined) return [];
  return fs.readdirSync(home).filter((name) => name.startsWith(`holdfast-${process.pid}-`));
}

for (const [where, cgroup] of [
  ["in a cgroup, where one can be made", undefined],
  ["without a cgroup", "none"],
] as const) {
  const options = cgroup === undefined ? {} : { cgroup };
  const isHeld = cgroup === undefined && isRoot && ownCgroup() !== undefined;
  const ways = escaping([...Object.keys(ESCAPES), ...(isHeld ? Object.keys(FORGETTING) : [])]);
  const shell = (script: string, signal: AbortSignal) =>
    runProcess(
      { argv: ["/bin/sh", "-c", script], env, timeoutMs: 30_000, graceMs: 100, ...options },
      realClock,
      signal,
    );

  suite(`all that a command starts, ${where}`, () => {
    test("K5, D14: at an abort nothing of it runs on, however it got away", async () => {
      const law = fc.asyncProperty(ways, async (drawn) => {
        using place = new Place();
        const abort = new AbortController();
        const running = shell(`${place.script(drawn)}\nsleep 8640055`, abort.signal);
        await place.until(() => place.pids().length === drawn.length);
        const reason = new Fault({ reason: "ResourceTimeout", message: "m", resolution: "r" });
        abort.abort(reason);
        await assert.rejects(running, (error) => error === reason);
        assert.deepEqual(place.alive(), []);
        assert.deepEqual(cgroupsLeft(), []);
      });
      await fc.assert(law, { numRuns: 12 });
    });

    test("K5: a process that is left when it ends by itself runs on, however it got away", async () => {
      const law = fc.asyncProperty(ways, async (drawn) => {
        using place = new Place();
        const result = await shell(place.script(drawn), never);
        assert.equal(result.exitCode, 0);
        await place.until(() => place.pids().length === drawn.length);
        assert.deepEqual(place.alive(), place.pids());
      });
      await fc.assert(law, { numRuns: 6 });
      // What was held by them is given back when the next command begins.
      for (let tries = 0; cgroupsLeft().length > 0 && tries < 100; tries += 1) {
        await shell("true", never);
      }
      assert.deepEqual(cgroupsLeft(), []);
    });

    test("B1: the memory of all of it is known together", async () => {
      using place = new Place();
      const hog = `exec node -e ${quoted(`const kept = Buffer.alloc(64 << 20, 1);
        fs.appendFileSync("${place.directory}/pids", process.pid + "\\n");
        setInterval(() => kept, 1000)`)}`;
      const start = {
        argv: ["/bin/sh", "-c", `(${hog}) &\nsetsid sh -c ${quoted(hog)} &\nwait`] as const,
        cwd: "/",
        env: { PATH: `${fs.realpathSync(process.execPath).replace(/\/[^/]*$/, "")}:${PATH}` },
        outputs: [],
        ...options,
      };
      const running = await startProcess(start, never);
      await place.until(() => place.pids().length === 2);
      const mebibytes = running.tree.memoryBytes() / 1024 ** 2;
      assert.ok(mebibytes > 128 && mebibytes < 1024, `${mebibytes} MiB`);
      await running.tree.end(0, realClock);
      running.release();
      assert.deepEqual(place.alive(), []);
      assert.equal(running.tree.memoryBytes(), 0);
    });
  });
}

test("K5: a command that cannot have a cgroup knows by a variable, another one has its environment to the word", async () => {
  const envOf = async (cgroup: "none" | { readonly home: string }) => {
    const request = { argv: ["/usr/bin/env"], env: { A: "b" }, timeoutMs: 20_000, cgroup } as const;
    return (await runProcess(request, realClock, never)).stdout;
  };
  assert.match(await envOf("none"), /^A=b\nHOLDFAST_COMMAND=[0-9a-f]{16}\n$/);
  // Where it may not be made, it is done without.
  assert.match(await envOf({ home: "/no/such/cgroup" }), /^A=b\nHOLDFAST_COMMAND=[0-9a-f]{16}\n$/);
  const home = ownCgroup();
  if (isRoot && home !== undefined) assert.equal(await envOf({ home }), "A=b\n");
});

test("K5: a cgroup whose maker still runs is not removed, one that its maker left empty is", {
  skip: (!isRoot || ownCgroup() === undefined) && "only root can make a cgroup here",
}, async () => {
  const home = ownCgroup() ?? "";
  const [others, left] = [process.ppid, 4_194_400].map((maker) =>
    join(home, `holdfast-${maker}-abcdef`),
  );
  for (const directory of [others, left]) fs.mkdirSync(directory ?? "");
  try {
    const request = { argv: ["true"], env, timeoutMs: 20_000 } as const;
    await runProcess(request, realClock, never);
    assert.deepEqual(
      [others, left].map((directory) => fs.existsSync(directory ?? "")),
      [true, false],
    );
  } finally {
    fs.rmdirSync(others ?? "");
  }
});
