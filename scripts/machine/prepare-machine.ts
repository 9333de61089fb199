/**
 * Brings what the tests need of the machine. On Debian, root gets the packages installed: after a question on a terminal,
 * without one under `CI=true`. For every other user it prints in one line what is missing, how to bring it, and what is
 * skipped.
 */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { DEBIAN_PACKAGES, type DebianPackage } from "./debian-packages.ts";
import { type Machine, sayMissing, whatToDo } from "./what-to-do.ts";

/** Where programs are searched for: not all places of a distribution are on each user's path. */
const PROGRAM_PATH = [
  ...(process.env["PATH"] ?? "").split(delimiter),
  "/usr/local/sbin",
  "/usr/sbin",
  "/sbin",
  "/usr/local/bin",
  "/usr/bin",
  "/bin",
];
/** Nothing of apt-get waits for an answer. */
const ENVIRONMENT = {
  ...process.env,
  PATH: PROGRAM_PATH.join(delimiter),
  DEBIAN_FRONTEND: "noninteractive",
};
/** A mirror may be slow; one that says nothing for so long is given up. */
const LONGEST_INSTALL_MS = 600_000;

/** Does what this machine needs before the tests. What cannot be brought is said; the tests that need it are skipped. */
export async function prepareMachine(): Promise<void> {
  const machine = observeMachine();
  const todo = whatToDo(machine);
  switch (todo.type) {
    case "nothing":
      return;
    case "say":
      return console.log(todo.line);
    case "install":
      return install(machine);
    case "ask":
      return (await isWanted(todo.question)) ? install(machine) : console.log(todo.refused);
  }
}

function observeMachine(): Machine {
  const isDebian = hasProgram("dpkg-query") && hasProgram("apt-get");
  return {
    isDebian,
    isRoot: process.geteuid?.() === 0,
    isCi: process.env["CI"] === "true",
    isInteractive: process.stdin.isTTY && process.stdout.isTTY,
    missing: isDebian ? notInstalled() : DEBIAN_PACKAGES.filter((one) => !hasProgram(one.program)),
  };
}

function notInstalled(): readonly DebianPackage[] {
  const names = DEBIAN_PACKAGES.map(({ name }) => name);
  // It fails when it does not know one of the names, and still reports the others.
  const { stdout } = spawnSync(
    "dpkg-query",
    ["--show", "--showformat=${Package} ${db:Status-Status}\\n", ...names],
    { encoding: "utf8", env: ENVIRONMENT, stdio: ["ignore", "pipe", "ignore"] },
  );
  const installed = new Set(stdout.split("\n"));
  return DEBIAN_PACKAGES.filter(({ name }) => !installed.has(`${name} installed`));
}

function install(machine: Machine): void {
  const names = machine.missing.map(({ name }) => name);
  console.log(`Installing for the tests: ${names.join(", ")}`);
  const isDone =
    aptGet(["update", "-qq"]) &&
    aptGet(["install", "-qq", "--yes", "--no-remove", "--no-install-recommends", ...names]);
  if (!isDone) console.log(`apt-get failed. ${sayMissing(machine)}`);
}

/** False when it failed. */
function aptGet(args: readonly string[]): boolean {
  const { status } = spawnSync("apt-get", [...args], {
    env: ENVIRONMENT,
    stdio: ["ignore", "inherit", "inherit"],
    timeout: LONGEST_INSTALL_MS,
  });
  return status === 0;
}

async function isWanted(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [Y/n] `);
    return !/^\s*n/i.test(answer);
  } finally {
    terminal.close();
  }
}

function hasProgram(name: string): boolean {
  return PROGRAM_PATH.some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK);
      return true;
    } catch (error) {
      // Absent, or not ours to enter: not to be had there.
      if (error instanceof Error && "code" in error) return false;
      throw error;
    }
  });
}
