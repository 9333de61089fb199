import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../apps/holdfast/bin/holdfast.js", import.meta.url));
const START = [MAIN];

/** The longest that a command or one event is waited for. */
export const PATIENCE_MS = 60_000;

/** True for root: only root can mount, and give things away. */
export const isRoot = process.geteuid?.() === 0;

/** A directory of its own for one test: sources in it, and `box`, which stands for `/`. */
export class Scratch implements Disposable {
  /** Root obeys no source under a directory that others can write, so for root it is not the usual place. */
  readonly directory = fs.mkdtempSync(join(isRoot ? homedir() : tmpdir(), ".holdfast-test-"));
  readonly box = join(this.directory, "box");

  constructor() {
    fs.mkdirSync(this.box);
  }

  /** The machine's path of a path inside the box. */
  at(path: string): string {
    return join(this.box, path);
  }

  /** Writes a source beside the box, and returns its name. */
  source(name: string, text: string): string {
    const path = join(this.directory, name);
    fs.mkdirSync(dirname(path), { recursive: true });
    fs.writeFileSync(path, text, { mode: 0o644 });
    return name;
  }

  /**
   * Removes a tree of the box in one step. An agent that repairs it may be putting files back already while a removal
   * of one entry after the other is under way, which then ends in `ENOTEMPTY`.
   */
  removeTree(path: string): void {
    const away = join(this.directory, "away");
    fs.renameSync(this.at(path), away);
    fs.rmSync(away, { recursive: true });
  }

  /** Writes a manifest of these resources, each written as one line of YAML. */
  manifest(resources: readonly string[], name = "manifest.yaml"): string {
    const head = "apiVersion: holdfast/v1\nkind: Manifest\nmetadata: { name: test }\nresources:\n";
    const lines = resources.map((resource) => `  - ${resource}\n`);
    return this.source(name, head + lines.join(""));
  }

  /** Runs a command to its end, on the box, with a few more variables in its environment. */
  run(command: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Ended {
    const words = [...START, ...command.split(" "), ...args, "--detailed-exit-codes"];
    const root = commandsWithoutRoot.has(command) ? [] : ["--root", "box"];
    const { status, stdout, stderr } = this.#spawn([...words, ...root], environment);
    return { code: status, output: stdout + stderr, stdout };
  }

  /** Runs just this, without the box. */
  bare(args: readonly string[]) {
    return this.#spawn([...START, ...args], {});
  }

  #spawn(args: readonly string[], environment: NodeJS.ProcessEnv) {
    return spawnSync(process.execPath, [...args], {
      cwd: this.directory,
      encoding: "utf8",
      env: { PATH: process.env["PATH"], HOME: this.directory, ...environment },
      timeout: PATIENCE_MS,
    });
  }

  /** The same command as a shell would be given it. */
  shell(args: readonly string[]): string {
    const words = [process.execPath, ...START, ...args, "--root", "box"];
    return words.map((word) => `'${word}'`).join(" ");
  }

  /** Runs it with `--out json` and reads what it prints. */
  json(command: string, args: readonly string[] = []): { code: number | null; value: Json } {
    const { code, stdout } = this.run(command, [...args, "--out", "json"]);
    return { code, value: readJson(stdout) };
  }

  [Symbol.dispose](): void {
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}

const commandsWithoutRoot = new Set([
  "secrets keygen",
  "list",
  "schema",
  "test",
  "version",
  "nonsense",
]);

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  /** Both streams. */
  readonly output: string;
  readonly stdout: string;
}

/** The content of JSON, as far as tests read it. */
export type Json = Record<string, unknown>;

/** Reads one JSON object. */
export function readJson(text: string): Json {
  const value: unknown = JSON.parse(text);
  assert.ok(typeof value === "object" && value !== null, `not an object: ${text}`);
  return Object.fromEntries(Object.entries(value));
}

/** A running `holdfast serve --out json`. Disposing kills it. */
export class Serving implements AsyncDisposable {
  readonly events: Json[] = [];
  readonly child: ChildProcess;
  readonly #listeners = new Set<() => void>();

  /** `inside` is a command that runs what follows it. */
  constructor(scratch: Scratch, args: readonly string[], inside: readonly string[] = []) {
    const own = [process.execPath, ...START, "serve", ...args, "--root", "box", "--out", "json"];
    const [command = "", ...words] = [...inside, ...own];
    this.child = spawn(command, words, {
      cwd: scratch.directory,
      env: { PATH: process.env["PATH"], HOME: scratch.directory },
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.ok(this.child.stdout);
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.events.push(readJson(line));
      for (const listener of this.#listeners) listener();
    });
  }

  /** An agent of a manifest with these resources, whose first pass is over. */
  static async start(scratch: Scratch, resources: readonly string[]): Promise<Serving> {
    const serving = new Serving(scratch, [scratch.manifest(resources), "--root-exec"]);
    await serving.event({ type: "watching" });
    return serving;
  }

  /** The first event of this form from the `since`-th on. */
  async event(form: Json, since = 0): Promise<Json> {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = this.events.slice(since).find((event) => hasForm(event, form));
      if (found !== undefined) return found;
      assert.ok(!deadline.aborted, `no ${JSON.stringify(form)} in ${JSON.stringify(this.events)}`);
      await this.#news(deadline);
    }
  }

  /** Sends a signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const ended = once(this.child, "close");
    this.child.kill(signal);
    await ended;
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.end("SIGKILL");
  }

  #news(deadline: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#listeners.delete(done);
        deadline.removeEventListener("abort", done);
        resolve();
      };
      this.#listeners.add(done);
      deadline.addEventListener("abort", done);
    });
  }
}

/** Processes of this machine with such a word on their command line. */
export function processesWith(word: string): readonly number[] {
  return fs
    .readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && commandLineOf(entry).includes(word))
    .map(Number);
}

/** The words of a process's command line; none when it has ended. */
export function commandLineOf(pid: string): readonly string[] {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    // It ended between the listing and the reading.
    return [];
  }
}

function hasForm(event: Json, form: Json): boolean {
  return Object.entries(form).every(([key, value]) => event[key] === value);
}
