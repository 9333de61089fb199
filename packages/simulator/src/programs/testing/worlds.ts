import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fault } from "@holdfast/core";
import { createSimulatedKernel, type SimulatedKernel } from "@holdfast/testing";
import { NotUnderstood } from "../machine/not-understood.ts";
import { runSimulated } from "../run-simulated.ts";

/** One command to run in both worlds: a shell, its script and what it reads. */
export interface ScriptRun {
  readonly shell: "/bin/sh" | "/bin/bash";
  readonly script: string;
  readonly stdin: string;
}

/** How a script ended. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Its characters sorted where there is a pipeline: its parts write when they like. */
  readonly stderr: string;
  /** Every path with its type, mode and content. */
  readonly tree: readonly string[];
}

const ENVIRONMENT = { PATH: "/usr/bin:/bin", HOME: "/nowhere", LANG: "C.UTF-8", GIVEN: "given" };
const PLACE = "/work";

/** What both begin with: name, content (`undefined` for a directory, a target behind `->`) and mode. */
const START: readonly (readonly [string, string | undefined, number])[] = [
  ["a", "one\ntwo\nthree\n", 0o644],
  ["b", "two words\nOne\n\none\none", 0o600],
  ["d", undefined, 0o755],
  ["d/x", "x\n", 0o755],
  ["d/e", undefined, 0o700],
  ["d/e/y", "", 0o644],
  ["l", "->a", 0o777],
  ["m", "->d", 0o777],
  ["n", "->missing", 0o777],
  ["sp ace", "10\n9\n-3\n10\n", 0o640],
];

/** True where both shells are, and sh is dash. */
export function hasShells(): boolean {
  return fs.existsSync("/bin/bash") && fs.realpathSync("/bin/sh").endsWith("/dash");
}

/** Runs scripts on this machine, each in a new directory, by one shell for all. */
export function runReal(runs: readonly ScriptRun[]): readonly Outcome[] {
  const base = fs.mkdtempSync(join(tmpdir(), "holdfast-programs-"));
  try {
    for (const [at, scriptRun] of runs.entries()) prepareReal(join(base, String(at)), scriptRun);
    const driver = `umask 022; at=0; while [ $at -lt ${runs.length} ]; do
      cd ${base}/$at${PLACE} || exit 1
      timeout 10 $(cat ../shell) -c "$(cat ../script)" <../stdin >../stdout 2>../stderr
      echo $? >../code
      at=$((at + 1))
    done`;
    const { status, stderr } = spawnSync("/bin/sh", ["-c", driver], {
      env: ENVIRONMENT,
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`the driver failed: ${stderr}`);
    return runs.map((_, at) => {
      const directory = join(base, String(at));
      const outcome = JSON.stringify(outcomeReal(directory)).replaceAll(directory, "");
      return JSON.parse(outcome) as Outcome;
    });
  } finally {
    fs.rmSync(base, { recursive: true, force: true });
  }
}

function prepareReal(directory: string, { shell, script, stdin }: ScriptRun): void {
  const work = join(directory, PLACE);
  fs.mkdirSync(work, { recursive: true });
  for (const [name, text] of Object.entries({ shell, script, stdin }))
    fs.writeFileSync(join(directory, name), text);
  for (const [name, content, mode] of START) {
    const path = join(work, name);
    if (content === undefined) fs.mkdirSync(path);
    else if (content.startsWith("->")) fs.symlinkSync(content.slice(2), path);
    else fs.writeFileSync(path, content);
    if (content?.startsWith("->") !== true) fs.chmodSync(path, mode);
  }
}

function outcomeReal(directory: string): Outcome {
  const read = (name: string): string => fs.readFileSync(join(directory, name), "utf8");
  return {
    exitCode: Number(read("code")),
    stdout: read("stdout"),
    stderr: sortedOutput(read("stderr"), read("script")),
    tree: [...treeReal(join(directory, PLACE), PLACE)],
  };
}

/** Bash counts the lines of what is made of several commands in a way of its own. */
function sortedOutput(stderr: string, script: string): string {
  const text = stderr.replaceAll(/(?<=\/bin\/bash: line )\d+/g, "N");
  return script.includes("|") ? text.split("").sort().join("") : text;
}

function* treeReal(path: string, shown: string): Generator<string> {
  const stat = fs.lstatSync(path);
  const mode = (stat.mode & 0o7777).toString(8);
  const owner = `${stat.uid}:${stat.gid}`;
  if (stat.isSymbolicLink()) yield `${shown} -> ${fs.readlinkSync(path)} ${owner}`;
  else if (stat.isDirectory()) {
    yield `${shown} ${mode} ${owner}`;
    for (const name of fs.readdirSync(path).sort())
      yield* treeReal(join(path, name), `${shown}/${name}`);
  } else yield `${shown} ${mode} ${owner} ${JSON.stringify(fs.readFileSync(path, "utf8"))}`;
}

/** Runs a script on a simulated machine; returns in words what was not understood, if anything. */
export function runInSimulation({ shell, script, stdin }: ScriptRun): Outcome | string {
  const kernel = createSimulatedKernel();
  prepareSimulated(kernel);
  try {
    const ending = runSimulated(
      {
        argv: [shell, "-c", script.replace(/\n+$/, "")],
        env: ENVIRONMENT,
        cwd: PLACE,
        stdin,
        timeoutMs: 1000,
        user: String(process.geteuid?.() ?? 0),
      },
      kernel,
    );
    const { exitCode, stdout = "", stderr = "" } = ending;
    return {
      exitCode,
      stdout,
      stderr: sortedOutput(stderr, script),
      tree: [...treeSimulated(kernel, PLACE)],
    };
  } catch (error) {
    if (error instanceof Fault && error.cause instanceof NotUnderstood) return error.cause.what;
    throw error;
  }
}

function prepareSimulated({ tamper }: SimulatedKernel): void {
  const owner = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  tamper.makeDirectory(PLACE, owner);
  for (const [name, content, mode] of START) {
    const path = join(PLACE, name);
    if (content === undefined) tamper.makeDirectory(path, { mode, ...owner });
    else if (content.startsWith("->")) tamper.symlink(path, content.slice(2), owner);
    else tamper.write(path, content, { mode, ...owner });
  }
}

function* treeSimulated({ inspect }: SimulatedKernel, path: string): Generator<string> {
  const stat = inspect.stat(path);
  if (stat === undefined) return;
  const mode = (stat.mode & 0o7777).toString(8);
  const owner = `${stat.uid}:${stat.gid}`;
  const target = inspect.linkTarget(path);
  const names = inspect.list(path);
  if (target !== undefined) yield `${path} -> ${target} ${owner}`;
  else if (names !== undefined) {
    yield `${path} ${mode} ${owner}`;
    for (const name of names)
      yield* treeSimulated({ inspect } as SimulatedKernel, `${path}/${name}`);
  } else yield `${path} ${mode} ${owner} ${JSON.stringify(inspect.text(path))}`;
}
