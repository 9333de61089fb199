import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Attribution } from "@holdfast/core";
import { realClock } from "../../system/real-clock.ts";
import { openPathWatches } from "../../watch/path-watches.ts";
import { openAttributor } from "../attributor.ts";

const never = new AbortController().signal;
const isRoot = process.geteuid?.() === 0;
const ENVIRONMENT = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };

/** A root of its own for dpkg: nothing is installed on the machine. */
class PackageRoot {
  readonly directory = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-dpkg-")));
  readonly root = join(this.directory, "root");

  constructor(t: TestContext) {
    t.after(() => fs.rmSync(this.directory, { recursive: true, force: true }));
    for (const path of ["etc", "var/log/apt", "var/lib/dpkg/info", "var/lib/dpkg/updates"]) {
      fs.mkdirSync(join(this.root, path), { recursive: true });
    }
    for (const file of ["status", "available"]) this.write(`/var/lib/dpkg/${file}`, "");
  }

  write(path: string, text: string): void {
    const full = this.root + path;
    fs.mkdirSync(dirname(full), { recursive: true });
    fs.writeFileSync(full, text);
  }

  /** Builds a package that has these files, and this script to be run when it is configured. */
  build(name: string, version: string, files: Readonly<Record<string, string>>): string {
    const tree = join(this.directory, `${name}-${version}`);
    for (const [path, text] of Object.entries(files)) {
      fs.mkdirSync(dirname(tree + path), { recursive: true });
      fs.writeFileSync(tree + path, text);
    }
    fs.mkdirSync(join(tree, "DEBIAN"), { recursive: true, mode: 0o755 });
    const control = [
      `Package: ${name}`,
      `Version: ${version}`,
      "Architecture: all",
      "Maintainer: Nobody <nobody@example.org>",
      "Description: a package for a test",
    ];
    fs.writeFileSync(join(tree, "DEBIAN/control"), `${control.join("\n")}\n`);
    const deb = join(this.directory, `${name}-${version}.deb`);
    const built = spawnSync("dpkg-deb", ["--root-owner-group", "-Znone", "--build", tree, deb], {
      env: ENVIRONMENT,
      encoding: "utf8",
    });
    assert.equal(built.status, 0, built.stderr);
    return deb;
  }

  /** Runs dpkg on the root, so that it does not descend from this process, and waits for its end. */
  async dpkg(...args: readonly string[]): Promise<void> {
    const force = isRoot ? [] : ["--force-not-root"];
    const log = join(this.root, "var/log/dpkg.log");
    const words = ["dpkg", `--root=${this.root}`, `--log=${log}`, ...force, ...args];
    // The shell that starts it ends first; the other end of its output tells when it has ended.
    const line = `(${words.map((word) => `'${word}'`).join(" ")} 2>&1; echo "ended $?") &`;
    const shell = spawn("/bin/sh", ["-c", line], {
      env: ENVIRONMENT,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    shell.stdout.on("data", (chunk) => {
      output += String(chunk);
    });
    await once(shell.stdout, "close");
    assert.match(output, /ended 0\n$/, output);
  }
}

/** Watches a path, makes a change, and asks for its author as soon as the change is noticed. */
async function attributionOf(
  root: string,
  path: string,
  work: () => Promise<void>,
): Promise<Attribution> {
  await using attributor = openAttributor({ clock: realClock, root });
  const { recorder } = attributor;
  const watches = openPathWatches({ clock: realClock, root, recorder });
  const trigger = Promise.withResolvers<void>();
  await using _watch = await watches.watch([path], () => trigger.resolve(), never);
  const working = work();
  await trigger.promise;
  const seenAtMs = realClock.monotonicMs();
  const question = { paths: [path], seenAtMs, withinMs: 10_000 };
  const [answer] = await Promise.all([attributor.whoChanged(question, never), working]);
  return answer;
}

test("attribution: a change made by dpkg is laid to dpkg and the package, on install and on upgrade", async (t) => {
  const root = new PackageRoot(t);
  const first = root.build("motd", "1.0", { "/etc/motd": "from a package\n" });
  const second = root.build("motd", "2.0", { "/etc/motd": "from a newer one\n" });
  root.write("/etc/motd", "ours\n");
  for (const [deb, action, version] of [
    [first, "install", "1.0"],
    [second, "upgrade", "2.0"],
  ] as const) {
    const answer = await attributionOf(root.root, "/etc/motd", () => root.dpkg("--install", deb));
    assert.ok(answer.type === "package", JSON.stringify(answer));
    assert.equal(answer.tool, "dpkg");
    assert.equal(answer.package, "motd:all");
    assert.equal(answer.action, action);
    assert.equal(answer.version, version);
    // The kernel tells root that it was dpkg itself; without, the log and the list of files do.
    assert.equal(answer.evidence, isRoot ? "kernel-event" : "owner");
    // By the number alone, where it had ended before it was observed.
    if (isRoot) assert.equal(answer.process?.name ?? "dpkg", "dpkg");
    if (isRoot) assert.ok((answer.process?.pid ?? 0) > 0);
  }
});

test("attribution: without the kernel's word dpkg's log and the lists of packages still tell", async (t) => {
  const root = new PackageRoot(t);
  root.write("/etc/motd", "ours\n");
  await root.dpkg("--install", root.build("motd", "1.0", { "/etc/motd": "from a package\n" }));
  await using attributor = openAttributor({ clock: realClock, root: root.root });
  // As long ago as it takes for the answer to be final.
  const seenAtMs = realClock.monotonicMs() - 4_500;
  const ask = (path: string): Promise<Attribution> =>
    attributor.whoChanged({ paths: [path], seenAtMs, withinMs: 10_000 }, never);
  const owned = await ask("/etc/motd");
  assert.ok(owned.type === "package", JSON.stringify(owned));
  assert.equal(owned.package, "motd:all");
  assert.equal(owned.evidence, "owner");
  root.write("/etc/issue", "by a script\n");
  const other = await ask("/etc/issue");
  assert.ok(other.type === "package", JSON.stringify(other));
  assert.equal(other.evidence, "ran", "a package that does not have the path is a hint only");
});

test("attribution: apt's history says who asked for the package", async (t) => {
  const root = new PackageRoot(t);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const now = new Date();
  const day = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map(pad).join(":");
  root.write(
    "/var/log/apt/history.log",
    `\nStart-Date: ${day}  ${time}\nCommandline: apt-get install motd\nRequested-By: bob (1000)\n`,
  );
  root.write("/etc/motd", "ours\n");
  const deb = root.build("motd", "1.0", { "/etc/motd": "from a package\n" });
  const answer = await attributionOf(root.root, "/etc/motd", () => root.dpkg("--install", deb));
  assert.ok(answer.type === "package", JSON.stringify(answer));
  assert.equal(answer.requestedBy, "bob");
  assert.equal(answer.command, "apt-get install motd");
});
