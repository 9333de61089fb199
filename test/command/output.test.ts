import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { test } from "node:test";
import { createControlClient } from "@holdfast/agent/control";
import { type Json, Scratch } from "./command.ts";

const A = '{ kind: file, name: /a, spec: { content: "good\\n" } }';
const LOST = /^error: the output cannot be written: there is no space left \(ENOSPC\)$/gm;

/** Runs a command line of a shell, in which `holdfast …` is ours. */
function shell(scratch: Scratch, words: readonly string[], redirection: string) {
  const command = `${scratch.shell(words)} ${redirection}`;
  const options = { cwd: scratch.directory, encoding: "utf8", timeout: 20_000 } as const;
  const { status, stdout, stderr } = spawnSync("/bin/sh", ["-c", command], options);
  return { code: status, stdout, stderr };
}

test("exit codes: what could not be written is said in one line, and makes a success an error", () => {
  using scratch = new Scratch();
  const source = scratch.manifest([A]);
  for (const words of [
    ["plan", source],
    ["plan", source, "--out", "json", "--detailed-exit-codes"],
    ["facts"],
    ["apply", source],
  ]) {
    const { code, stderr } = shell(scratch, words, "> /dev/full");
    assert.equal(code, 1, words.join(" "));
    assert.equal(stderr.match(LOST)?.length, 1, stderr);
  }
  assert.equal(fs.readFileSync(scratch.at("a"), "utf8"), "good\n", "the apply did its work");
  for (const words of [["schema"], ["version"], ["list"], ["--help"], ["plan", "--help"]]) {
    const command = scratch.shell(words).replace(" '--root' 'box'", "");
    const { status } = spawnSync("/bin/sh", ["-c", `${command} > /dev/full 2>&1`], {
      cwd: scratch.directory,
    });
    assert.equal(status, 1, words.join(" "));
  }
});

test("exit codes: an error stays the error that it was, and a reader that went away is none", () => {
  using scratch = new Scratch();
  const failing = scratch.manifest([A, '{ kind: file, name: /missing/b, spec: { content: "" } }']);
  const words = ["apply", failing, "--detailed-exit-codes"];
  assert.equal(shell(scratch, words, "> /dev/full").code, 3, "some failed");
  const { stderr } = shell(scratch, ["plan", failing, "--out", "json"], "| head -c 0");
  assert.equal(stderr, "");
});

test("promise 12: an agent whose output leads to a full disk goes on, says so once, and ends with an error", async () => {
  using scratch = new Scratch();
  await using agent = serve(scratch, "> /dev/full");
  await repaired(scratch);
  const degraded = await conditions(scratch);
  assert.deepEqual(Object.keys(degraded), ["stdout"]);
  assert.match(JSON.stringify(degraded), /OutputLost.*stdout cannot be written: there is no space/);
  await repaired(scratch);
  const { code, stderr } = await agent.end();
  assert.equal(code, 1);
  assert.equal(stderr.match(LOST)?.length, 1, stderr);
});

test("promise 12: an agent whose reader has gone goes on, without an error", async () => {
  using scratch = new Scratch();
  await using agent = serve(scratch, "");
  agent.child.stdout?.destroy();
  await repaired(scratch);
  await repaired(scratch);
  assert.deepEqual(Object.keys(await conditions(scratch)), ["stdout"]);
  const { code, stderr } = await agent.end();
  assert.deepEqual([code, stderr], [0, ""]);
});

test("promise 12: an agent whose log leads nowhere goes on", async () => {
  using scratch = new Scratch();
  await using agent = serve(scratch, "--verbose > /dev/full 2>&1");
  await repaired(scratch);
  assert.deepEqual(Object.keys(await conditions(scratch)), ["stdout", "stderr"]);
  assert.equal((await agent.end()).code, 1);
});

test("promise 12: a reader that does not read costs an agent bounded memory, and holds nothing up", async () => {
  using scratch = new Scratch();
  const files = Array.from(
    { length: 800 },
    (_, at) => `{ kind: file, name: /f${at}, spec: { content: "${"long ".repeat(500)}" } }`,
  );
  await using agent = serve(scratch, "--out json", files);
  // Nobody reads from now on.
  agent.child.stdout?.pause();
  await repaired(scratch);
  await until("all of them", () => fs.existsSync(scratch.at("f799")));
  await until("the condition", async () => "stdout" in (await conditions(scratch)));
  await repaired(scratch);
  assert.equal((await agent.end()).code, 1, "and the end does not wait for it");
});

/** An agent that serves, as a shell starts it. */
function serve(scratch: Scratch, redirection: string, more: readonly string[] = []) {
  const source = scratch.manifest([A, ...more]);
  const command = `exec ${scratch.shell(["serve", source])} ${redirection}`;
  const child: ChildProcess = spawn("/bin/sh", ["-c", command], {
    cwd: scratch.directory,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = once(child, "exit");
  return {
    child,
    async end() {
      child.kill("SIGTERM");
      await ended;
      return { code: child.exitCode, stderr };
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** Tampers with a file and waits for its repair. */
async function repaired(scratch: Scratch): Promise<void> {
  const path = scratch.at("a");
  await until("the first repair", () => fs.existsSync(path));
  fs.writeFileSync(path, "tampered\n");
  await until("a repair", () => fs.readFileSync(path, "utf8") === "good\n");
}

/** What the agent says is not well, by subject. */
async function conditions(scratch: Scratch): Promise<Json> {
  const client = createControlClient({ socketPaths: [scratch.at("run/holdfast/control.sock")] });
  const status = await client.ask({ method: "GET", path: "/status" }, new AbortController().signal);
  const degraded = status["degraded"] as unknown as readonly Json[];
  return Object.fromEntries(degraded.map(({ subject, fault }) => [String(subject), fault]));
}

async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = AbortSignal.timeout(30_000);
  while (!(await isSo())) {
    assert.ok(!deadline.aborted, `it never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("plan: --diff full shows every line; on a terminal a pager gets what is longer than that, and no shell reads its words", () => {
  using scratch = new Scratch();
  const lines = Array.from({ length: 40 }, (_, at) => `line ${at}\\n`).join("");
  const source = scratch.manifest([`{ kind: file, name: /a, spec: { content: "${lines}" } }`]);
  const full = ["plan", source, "--diff", "full"];
  const page = `${scratch.directory}/page;touch`;
  const onTerminal = (rows: number) => {
    const command = `stty rows ${rows} cols 80; exec ${scratch.shell(full)}`;
    const env = { PATH: process.env["PATH"], HOME: scratch.directory, TERM: "xterm" };
    spawnSync("script", ["-qec", command, "/dev/null"], {
      cwd: scratch.directory,
      env: { ...env, SHELL: "/bin/sh", PAGER: `tee ${page}` },
      stdio: ["pipe", "ignore", "inherit"],
      timeout: 20_000,
    });
    return fs.existsSync(page) ? fs.readFileSync(page, "utf8") : undefined;
  };

  assert.match(scratch.run("plan", [source]).stdout, /\+line 4\n.*35 more lines/);
  assert.match(scratch.run("plan", full.slice(1), { PAGER: "false" }).stdout, /\+line 39\n/);
  assert.equal(onTerminal(60), undefined, "it fits");
  assert.match(onTerminal(20) ?? "", /\+line 39\b[^]*Plan/);
});
