import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { test } from "node:test";
import { type Json, readJson, Scratch, Serving } from "./command.ts";

const RESOURCES = ['{ kind: file, name: /a, spec: { content: "one\\n", mode: "0644" } }'];
const PATIENCE_MS = 60_000;

/** `holdfast status --watch` through a shell: without a terminal, or on one that `script` makes. */
class Watching implements AsyncDisposable {
  text = "";
  readonly #child: ChildProcess;
  #onText: () => void = () => {};

  constructor(scratch: Scratch, how: { readonly terminal: boolean; readonly out?: string }) {
    const options = how.out === undefined ? [] : ["--out", how.out];
    const command = `exec ${scratch.shell(["status", "--watch", ...options])}`;
    const [program, args] = how.terminal
      ? ["script", ["-qec", `stty rows 10 cols 40; ${command}`, "/dev/null"]]
      : ["/bin/sh", ["-c", command]];
    this.#child = spawn(program, args, {
      cwd: scratch.directory,
      env: { PATH: process.env["PATH"], HOME: scratch.directory, TERM: "xterm", SHELL: "/bin/sh" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      this.text += chunk;
      this.#onText();
    });
  }

  /** Waits for such words after the `since`-th character. */
  async says(pattern: RegExp, since = 0): Promise<void> {
    const deadline = AbortSignal.timeout(PATIENCE_MS);
    while (!pattern.test(this.text.slice(since))) {
      assert.ok(!deadline.aborted, `no ${pattern} in ${JSON.stringify(this.text)}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#onText = resolve;
      deadline.addEventListener("abort", () => resolve(), { once: true });
      await promise;
    }
  }

  /** What a person does to end it: a key on the terminal, or a signal. */
  async interrupt(how: "key" | "signal"): Promise<number | null> {
    const ended = once(this.#child, "close");
    if (how === "key") this.#child.stdin?.write("\u0003");
    else this.#child.kill("SIGINT");
    await ended;
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "close");
    this.#child.kill("SIGKILL");
    await ended;
  }
}

test("status --watch: without a terminal each news is one line of JSON, also that the agent is away and back", async () => {
  using scratch = new Scratch();
  await using first = await Serving.start(scratch, RESOURCES);
  await using watching = new Watching(scratch, { terminal: false, out: "json" });
  await watching.says(/"type":"Ready".*\n/);
  const before = watching.text.length;
  fs.rmSync(scratch.at("a"));
  fs.mkdirSync(scratch.at("a"));
  await watching.says(/"type":"Failed".*\n/, before);
  await first.end("SIGTERM");
  await watching.says(/"away":\{"reason":"AgentNotRunning".*\n/);
  const away = watching.text.length;
  fs.rmdirSync(scratch.at("a"));
  await using _second = await Serving.start(scratch, RESOURCES);
  await watching.says(/"type":"Ready".*\n/, away);
  assert.equal(await watching.interrupt("signal"), 0);
  const lines = watching.text.split("\n").slice(0, -1).map(readJson);
  const isWhole = (line: Json): boolean => "agent" in line !== "away" in line;
  assert.ok(lines.every(isWhole), watching.text);
});

test("status --watch: on a terminal the screen is redrawn, cut to its size, and given back on Ctrl-C", async () => {
  using scratch = new Scratch();
  await using _serving = await Serving.start(scratch, RESOURCES);
  await using watching = new Watching(scratch, { terminal: true });
  await watching.says(/Status:[^]*1 ready/);
  assert.ok(watching.text.startsWith("\u001b[?1049h\u001b[?25l\u001b[H"), watching.text);
  assert.match(watching.text, /…/, "the line of the agent is longer than 40 columns");
  const before = watching.text.length;
  fs.rmSync(scratch.at("a"));
  fs.mkdirSync(scratch.at("a"));
  await watching.says(/Failed.*1 failed/s, before);
  assert.equal(await watching.interrupt("key"), 0);
  const [, after = ""] = watching.text.split("\u001b[?25h\u001b[?1049l");
  assert.match(after, /Failed[^]*1 failed[^\n]*\n$/);
});

test("status --watch: where no agent serves it says so at once", () => {
  using scratch = new Scratch();
  const { code, output } = scratch.run("status", ["--watch"]);
  assert.equal(code, 1, output);
  assert.match(output, /no agent serves this root/);
});
