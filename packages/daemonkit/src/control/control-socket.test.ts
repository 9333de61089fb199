import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { suite, test } from "node:test";
import { DaemonFault } from "../daemon-fault.ts";
import { loadNative, unavailableNative } from "../native/native.ts";
import { ask } from "../testing/ask.ts";
import { recordedLog } from "../testing/recorded-log.ts";
import { makeScratch } from "../testing/scratch.ts";
import { type ControlPlaneOptions, startControlPlane } from "./control-plane.ts";
import { jsonReply } from "./route.ts";

const isRoot = process.geteuid?.() === 0;
const status = (): string => "served";
const start = (socketPath: string, options: Partial<ControlPlaneOptions> = {}) =>
  startControlPlane({ socketPath, status, ...options });
const withoutKoffi = async () =>
  unavailableNative(
    new DaemonFault({
      reason: "NativeUnavailable",
      message: "koffi does not load here",
      resolution: "Install it.",
    }),
  );

/** Leaves the socket of a daemon that died: nobody listens, and nobody removed it. */
async function leaveStale(path: string): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  renameSync(path, `${path}.kept`);
  await new Promise((resolve) => server.close(resolve));
  renameSync(`${path}.kept`, path);
}

suite("the place of the socket", () => {
  test("M8: the directory is made 0750, the socket 0600 or, with a group, 0660, and nothing is left behind", async (t) => {
    const root = makeScratch(t);
    const alone = join(root, "alone/run/s");
    const umask = process.umask(0o077);
    const plane = await start(alone).finally(() => process.umask(umask));
    assert.equal(statSync(dirname(alone)).mode & 0o7777, 0o750);
    assert.equal(lstatSync(alone).mode & 0o7777, 0o600);
    assert.deepEqual(readdirSync(dirname(alone)).toSorted(), ["s", "s.lock"]);
    await plane[Symbol.asyncDispose]();
    assert.deepEqual(readdirSync(dirname(alone)), ["s.lock"]);
    const shared = join(root, "shared/s");
    const readersGid = isRoot ? 12_345 : process.getgid?.();
    await using _ = await start(shared, readersGid === undefined ? {} : { readersGid });
    assert.equal(statSync(dirname(shared)).mode & 0o7777, 0o750);
    assert.equal(lstatSync(shared).mode & 0o7777, 0o660);
    assert.equal(lstatSync(shared).gid, readersGid);
    assert.equal(statSync(dirname(shared)).gid, readersGid);
  });

  test("M8: a directory that was there keeps its mode; when it keeps the readers out the log says so", {
    skip: !isRoot && "giving a group away needs root",
  }, async (t) => {
    const log = recordedLog();
    const directory = join(makeScratch(t), "run");
    mkdirSync(directory, { mode: 0o700 });
    for (const [mode, warnings] of [
      [0o750, 1],
      [0o755, 1],
      [0o700, 2],
    ] as const) {
      chmodSync(directory, mode);
      await using _ = await start(join(directory, "s"), { readersGid: 12_345, log });
      assert.equal(statSync(directory).mode & 0o7777, mode);
      assert.equal(log.of("SocketOutOfReach").length, warnings);
    }
  });

  test("M8: a directory that is the daemon's alone is given to the readers where it keeps them out", {
    skip: process.geteuid?.() !== 0 && "only root may give a directory to any group",
  }, async (t) => {
    const directory = join(makeScratch(t), "run");
    const log = recordedLog();
    for (const [mode, then] of [
      [0o700, 0o750],
      [0o751, 0o751],
    ] as const) {
      mkdirSync(directory);
      chmodSync(directory, mode);
      const options = { readersGid: 12_345, ownsDirectory: true, log };
      await using _ = await start(join(directory, "s"), options);
      const { gid, mode: is } = statSync(directory);
      assert.deepEqual([gid, is & 0o7777], [then === mode ? 0 : 12_345, then]);
      rmSync(directory, { recursive: true });
    }
    assert.deepEqual(log.of("SocketOutOfReach"), []);
  });

  test("M8: at no moment can more than 0660 reach it, whatever the umask", async (t) => {
    const directory = join(makeScratch(t), "run");
    mkdirSync(directory, { mode: 0o755 });
    const umask = process.umask(0);
    const seen = new Set<string>();
    let isOver = false;
    const observe = (): void => {
      if (isOver) return;
      for (const name of readdirSync(directory)) {
        const entry = lstatSync(join(directory, name), { throwIfNoEntry: false });
        if (entry === undefined) continue;
        const kind = entry.isSocket() ? "socket" : entry.isDirectory() ? "directory" : "file";
        seen.add(`${kind} ${(entry.mode & 0o7777).toString(8)}`);
      }
      setImmediate(observe);
    };
    observe();
    try {
      for (let round = 0; round < 15; round += 1) {
        const gid = process.getgid?.() ?? 0;
        await using _ = await start(join(directory, "s"), { readersGid: gid });
      }
    } finally {
      process.umask(umask);
      isOver = true;
    }
    assert.deepEqual([...seen].toSorted(), ["directory 700", "file 600", "socket 660"]);
  });

  test("M8: a live socket is never stolen: by its lock, and by whether it answers", async (t) => {
    const path = join(makeScratch(t), "s");
    await using _ = await start(path);
    await assert.rejects(start(path), { reason: "SocketInUse" });
    // As where the lock is not available, or was removed by somebody.
    await assert.rejects(start(path, { loadNative: withoutKoffi }), { reason: "SocketInUse" });
    rmSync(`${path}.lock`);
    await assert.rejects(start(path), { reason: "SocketInUse" });
    assert.equal((await ask({ socketPath: path, path: "/status" })).text, '"served"\n');
  });

  test("M8: a lock that is held is respected even before the other daemon listens", async (t) => {
    const path = join(makeScratch(t), "s");
    const native = { ...(await loadNative()), lockFile: () => "held" as const };
    await assert.rejects(start(path, { loadNative: async () => native }), {
      reason: "SocketInUse",
    });
    await using _ = await start(path);
  });

  test("M8: of many that start at once exactly one serves, over a stale socket too", async (t) => {
    const path = join(makeScratch(t), "s");
    for (let round = 0; round < 5; round += 1) {
      await leaveStale(path);
      const planes = await Promise.allSettled(Array.from({ length: 6 }, () => start(path)));
      const served = planes.filter((each) => each.status === "fulfilled");
      assert.equal(served.length, 1);
      for (const each of planes) {
        if (each.status === "rejected") assert.match(String(each.reason), /another daemon serves/);
      }
      assert.equal((await ask({ socketPath: path, path: "/health" })).status, 200);
      await served[0]?.value[Symbol.asyncDispose]();
    }
  });

  test("M8: a stale socket is removed", async (t) => {
    const path = join(makeScratch(t), "s");
    await leaveStale(path);
    await assert.rejects(ask({ socketPath: path, path: "/health" }), { code: "ECONNREFUSED" });
    await using _ = await start(path);
    assert.equal((await ask({ socketPath: path, path: "/health" })).status, 200);
  });

  test("M8: every other file there is an error, and stays", async (t) => {
    const directory = makeScratch(t);
    const at = (name: string): string => join(directory, name);
    writeFileSync(at("file"), "content");
    mkdirSync(at("directory"));
    symlinkSync("file", at("link"));
    symlinkSync("nowhere", at("dangling"));
    execFileSync("mkfifo", [at("fifo")]);
    for (const name of ["file", "directory", "link", "dangling", "fifo"]) {
      const before = lstatSync(at(name));
      await assert.rejects(start(at(name)), { reason: "PathUnsafe" }, name);
      assert.equal(lstatSync(at(name)).ino, before.ino);
    }
    assert.equal(readFileSync(at("file"), "utf8"), "content");
    symlinkSync("file", at("x.lock"));
    await assert.rejects(start(at("x")), { reason: "PathUnsafe" });
    assert.equal(readFileSync(at("file"), "utf8"), "content");
  });

  test("M8: a directory that others can write, or that is a link, is refused; paths must be whole and short", async (t) => {
    const directory = makeScratch(t);
    const run = join(directory, "run");
    mkdirSync(run);
    symlinkSync("run", join(directory, "linked"));
    await assert.rejects(start(join(directory, "linked/s")), { reason: "PathUnsafe" });
    for (const mode of [0o777, 0o1777, 0o770]) {
      chmodSync(run, mode);
      await assert.rejects(start(join(run, "s")), { reason: "PathUnsafe" });
      assert.equal(statSync(run).mode & 0o7777, mode, "it is not changed");
    }
    if (isRoot) {
      chmodSync(run, 0o700);
      chownSync(run, 65_534, 65_534);
      await assert.rejects(start(join(run, "s")), { reason: "PathUnsafe" });
    }
    await assert.rejects(start("relative/s"), { reason: "OptionInvalid" });
    await assert.rejects(start(join(directory, "x".repeat(110))), { reason: "OptionInvalid" });
    assert.deepEqual(readdirSync(run), []);
  });

  test("M8: a file that took its place since is not removed at the end", async (t) => {
    const path = join(makeScratch(t), "s");
    const plane = await start(path);
    rmSync(path);
    writeFileSync(path, "another's");
    await plane[Symbol.asyncDispose]();
    assert.equal(readFileSync(path, "utf8"), "another's");
  });
});

suite("a socket that is lost", () => {
  test("M8: one that is removed, replaced, or lost with its directory is noticed at once; an abort ends the wait", async (t) => {
    const root = makeScratch(t);
    const losses: Record<string, (path: string) => void> = {
      removed: (path) => rmSync(path),
      replaced: (path) => {
        rmSync(path);
        writeFileSync(path, "");
      },
      directory: (path) => rmSync(dirname(path), { recursive: true }),
    };
    for (const [name, lose] of Object.entries(losses)) {
      const path = join(root, name, "s");
      await using plane = await start(path);
      const lost = assert.rejects(plane.untilLost(new AbortController().signal), {
        reason: "SocketLost",
      });
      lose(path);
      await lost;
    }
    const leaving = new AbortController();
    await using kept = await start(join(root, "kept/s"));
    const waiting = kept.untilLost(leaving.signal);
    leaving.abort();
    await waiting;
  });
});

suite("who asks", () => {
  const act = {
    name: "act",
    routes: [{ method: "POST", path: "", respond: () => jsonReply("done") }],
  } as const;

  test("M8: the kernel tells who asks", async (t) => {
    const path = join(makeScratch(t), "s");
    const peers: unknown[] = [];
    const who = {
      name: "who",
      routes: [
        {
          method: "GET",
          path: "",
          respond: ({ peer }: { readonly peer: unknown }) => jsonReply(peers.push(peer)),
        },
      ],
    } as const;
    await using _ = await start(path, { components: [who] });
    await ask({ socketPath: path, path: "/who" });
    const gids = new Set([process.getegid?.(), ...(process.getgroups?.() ?? [])]);
    const [peer] = peers as { pid: number; uid: number; gids: number[] }[];
    assert.deepEqual([peer?.pid, peer?.uid], [process.pid, process.geteuid?.()]);
    assert.deepEqual(new Set(peer?.gids), gids);
  });

  test("M8: the group reads, operators act, others do not get in: real users on a real socket", {
    skip: !isRoot && "becoming another user needs root",
  }, async (t) => {
    const root = makeScratch(t);
    chmodSync(root, 0o755);
    const path = join(root, "run/s");
    const log = recordedLog();
    const groups = { readersGid: 70_001, operatorsGid: 70_002 };
    await using _ = await start(path, { ...groups, components: [act], log });
    assert.deepEqual(await asUser(path, [70_001]), ["200", "403"]);
    assert.deepEqual(await asUser(path, [70_001, 70_002]), ["200", "200"]);
    assert.deepEqual(await asUser(path, [70_003]), ["EACCES", "EACCES"]);
    assert.equal(log.of("ControlAction")[0]?.fields["uid"], 65_534);
    const asked = await ask({ socketPath: path, path: "/act", method: "POST" });
    assert.equal(asked.status, 200);
  });

  test("M8: where koffi is missing the group still reads, nobody acts, and the log says why", async (t) => {
    const path = join(makeScratch(t), "s");
    const log = recordedLog();
    const readersGid = process.getgid?.() ?? 0;
    const options = { readersGid, components: [act], log, loadNative: withoutKoffi };
    await using _ = await start(path, options);
    assert.equal((await ask({ socketPath: path, path: "/status" })).status, 200);
    const refused = await ask({ socketPath: path, path: "/act", method: "POST" });
    assert.equal(refused.status, 403);
    assert.match(refused.text, /"PeerUnknown","message":"the client cannot be identified: koffi/);
    assert.equal(log.of("SocketLockUnavailable").length, 1);
    assert.equal(log.of("PeerUnknown").filter(({ level }) => level === "warn").length, 1);
  });
});

/** Asks to read and to act as a user without rights in some groups; gives the statuses, or why there are none. */
async function asUser(path: string, gids: readonly number[]): Promise<readonly string[]> {
  const program = `
    const { request } = require("node:http");
    process.setgroups(${JSON.stringify(gids)}); process.setgid(70009); process.setuid(65534);
    const ask = (method, path, next) => request({ socketPath: ${JSON.stringify(path)}, method, path, agent: false })
      .on("error", (error) => { console.log(error.code); next(); })
      .on("response", (response) => { console.log(response.statusCode); response.resume().on("end", next); })
      .end();
    ask("GET", "/status", () => ask("POST", "/act", () => {}));`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await new Promise((resolve) => child.once("close", resolve));
  return output.trim().split("\n");
}
