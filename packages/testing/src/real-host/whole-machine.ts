import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { unitLines } from "../law-machines/unit-lines.ts";
import type { UnitActor } from "../operations/unit-operation.ts";
import { DISPOSABLE_MACHINE } from "./real-account-subject.ts";
import { realActor, type RealDirectory, treeBelow } from "./real-directory.ts";

/** What of a machine that is thrown away a kind acts on, and so its laws observe. */
export interface MachinePart {
  /** Directories that are observed with everything in them. What a law has made there is removed after it. */
  readonly directories: readonly string[];
  /** What the names of units begin with that are the law's own: they are stopped after it. */
  readonly units: string;
}

const KILL_TRIES = 500;
const KILL_POLL_MS = 10;

/** Whether this machine is one that is thrown away, so that its own services may be changed. */
export function isDisposable(): boolean {
  return process.env[DISPOSABLE_MACHINE] === "yes";
}

/**
 * The whole of the machine that this runs on, where a part of it is observed.
 * @throws {Error} unless it is disposable.
 */
export function openWholeMachine({ directories, units }: MachinePart): RealDirectory {
  if (!isDisposable()) throw new Error("this machine is not disposable");
  const files = (): readonly string[] =>
    directories.filter((path) => fs.existsSync(path)).flatMap((path) => treeBelow("", path));
  const before = new Set(pathsOf(directories));
  return {
    root: "/",
    actor: { ...realActor(""), units: realUnits },
    tree: () => [...files(), ...unitLines(activeUnits(units))],
    [Symbol.asyncDispose]() {
      systemctl("stop", `${units}*`);
      for (const path of pathsOf(directories).filter((each) => !before.has(each))) {
        fs.rmSync(path, { recursive: true, force: true });
      }
      systemctl("reset-failed");
      systemctl("daemon-reload");
      return Promise.resolve();
    },
  };
}

/** An administrator of the machine's systemd. */
const realUnits: UnitActor = {
  systemctl(verb, unit) {
    if (verb === "daemon-reload") return void systemctl(verb);
    if (verb !== "kill") return void systemctl(verb, unit);
    systemctl("kill", "--kill-who=main", "--signal=KILL", unit);
    for (let tries = 0; tries < KILL_TRIES && isActive(unit); tries++) pause(KILL_POLL_MS);
  },
};

function isActive(unit: string): boolean {
  return systemctl("is-active", unit) === "active";
}

function pathsOf(directories: readonly string[]): readonly string[] {
  return directories
    .filter((path) => fs.existsSync(path))
    .flatMap((path) =>
      fs.readdirSync(path, { recursive: true }).map((name) => `${path}/${String(name)}`),
    );
}

function activeUnits(prefix: string): readonly (readonly [string, string])[] {
  const list = ["list-units", "--all", "--plain", "--no-legend", `${prefix}*`];
  return systemctl(...list)
    .split("\n")
    .map((line): readonly [string, string] => {
      const [name = "", , active = ""] = line.trim().split(/\s+/);
      return [name, active];
    })
    .filter(([name, active]) => name !== "" && active !== "inactive");
}

function systemctl(...words: readonly string[]): string {
  return spawnSync("systemctl", words, { encoding: "utf8" }).stdout.trim();
}

function pause(delayMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs);
}
