import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Scratch } from "./command.ts";

const BIN = new URL("../../apps/holdfast/bin/", import.meta.url);

test("code that was kept is used, and never for another script of the same length", () => {
  using cache = new Cache();
  cache.script("aaaaaaaaaaaaaaaa", "one");
  assert.equal(cache.run(), "one");
  const [first] = cache.kept();
  assert.match(first ?? "", /^command-aaaaaaaaaaaaaaaa-agent-v/);
  const before = cache.modifiedMs();
  assert.equal(cache.run(), "one");
  assert.equal(cache.modifiedMs(), before, "it was accepted, not made anew");
  cache.script("bbbbbbbbbbbbbbbb", "two");
  assert.equal(cache.run(), "two");
  assert.deepEqual(
    cache.kept().map((name) => name.slice(0, 24)),
    ["command-bbbbbbbbbbbbbbbb"],
    "what an older script left is gone",
  );
});

test("code that a disk has damaged is not run, and is made anew", () => {
  using cache = new Cache();
  cache.script("aaaaaaaaaaaaaaaa", "one");
  cache.run();
  const whole = fs.readFileSync(cache.place());
  for (const damaged of [flipped(whole), whole.subarray(0, 40), Buffer.alloc(0)]) {
    fs.writeFileSync(cache.place(), damaged);
    assert.equal(cache.run(), "one");
    assert.ok(fs.readFileSync(cache.place()).length === whole.length, "it was made anew");
  }
});

test("a run that calls little, or fails, leaves no code for those that follow", () => {
  using cache = new Cache();
  cache.script("aaaaaaaaaaaaaaaa", "one");
  assert.equal(cache.run({ isTypical: false }), "one");
  assert.equal(cache.run({ exitCode: 1 }), "one");
  assert.deepEqual(cache.kept(), []);
});

test("code is kept where nobody else can write, or nowhere", () => {
  using scratch = new Scratch();
  const dist = scratch.at("dist");
  fs.mkdirSync(dist);
  const find = (): string =>
    evaluate(`import { findPrivateCache } from ${JSON.stringify(new URL("private-cache.js", BIN).href)};
      console.log(findPrivateCache(${JSON.stringify(dist)}, { XDG_CACHE_HOME: "/nowhere/at/all" }))`);
  assert.equal(find(), join(dist, "compile-cache"));
  fs.chmodSync(join(dist, "compile-cache"), 0o777);
  assert.notEqual(find(), join(dist, "compile-cache"));
});

test("a command evaluates the kinds that a manifest names, and no code of serving or of the simulator", () => {
  using scratch = new Scratch();
  const file = scratch.manifest(['{ kind: file, name: /a, spec: { content: "" } }']);
  const modules = evaluatedBy(["plan", file, "--root", scratch.box], scratch);
  const kinds = modules.flatMap(
    (name) => /resources\/src\/([^/]+)\/kind\.ts$/.exec(name)?.[1] ?? [],
  );
  assert.deepEqual(kinds, ["file"]);
  const others =
    /packages\/(simulator|testing)\/|agent\/src\/(serving|export|metrics)\/|dbus-native/;
  const unneeded = modules.filter((name) => others.test(name));
  assert.deepEqual(unneeded, []);
});

/** The modules of the bundle that this command has evaluated when it ends, by their paths in the repository. */
function evaluatedBy(words: readonly string[], scratch: Scratch): readonly string[] {
  const report = join(scratch.directory, "evaluated");
  const meter = `import { writeFileSync } from "node:fs";
    import { Session } from "node:inspector";
    const session = new Session();
    session.connect();
    session.post("Profiler.enable");
    session.post("Profiler.startPreciseCoverage", { callCount: true });
    process.on("exit", () => session.post("Profiler.takePreciseCoverage", (_error, { result }) => {
      const functions = result.filter(({ url }) => url.endsWith("command.cjs")).flatMap((script) => script.functions);
      const called = functions.filter(({ ranges }) => ranges[0].count > 0);
      writeFileSync(${JSON.stringify(report)}, called.map(({ functionName }) => functionName).join(" "));
    }));`;
  const command = fileURLToPath(new URL("holdfast.js", BIN));
  const argv = ["--import", `data:text/javascript,${encodeURIComponent(meter)}`, command, ...words];
  const { status, stderr } = spawnSync(process.execPath, argv, {
    cwd: scratch.directory,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const names = fs.readFileSync(report, "utf8").split(" ");
  return names.filter((name) => /^(packages|apps|node_modules)\/.*\.m?[jt]s$/.test(name));
}

/** A script that answers with one word, and the directory where its code is kept. */
class Cache implements Disposable {
  readonly #scratch = new Scratch();
  readonly #directory = this.#scratch.at("cache");

  constructor() {
    fs.mkdirSync(this.#directory, { mode: 0o700 });
  }

  script(identity: string, word: string): void {
    const text = `/*${identity}*/(function(module){module.exports={answer(){return "${word}"}}})`;
    fs.writeFileSync(this.#scratch.at("command.cjs"), text);
  }

  run({ isTypical = true, exitCode = 0 } = {}): string {
    return evaluate(`import { runScript } from ${JSON.stringify(new URL("code-cache.js", BIN).href)};
      const { answer } = runScript(${JSON.stringify(this.#scratch.at("command.cjs"))}, { directory: ${JSON.stringify(this.#directory)}, use: "agent", isTypical: ${isTypical} });
      console.log(answer());
      process.exit(${exitCode});`);
  }

  kept(): readonly string[] {
    return fs.readdirSync(this.#directory);
  }

  place(): string {
    return join(this.#directory, this.kept()[0] ?? "");
  }

  modifiedMs(): number {
    return fs.statSync(this.place()).mtimeMs;
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
  }
}

function evaluate(text: string): string {
  const words = ["--input-type=module", "-e", text];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  assert.equal(stderr, "");
  return stdout.trim();
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = bytes.length >> 1;
  copy[middle] = (copy[middle] ?? 0) ^ 0x55;
  return copy;
}
