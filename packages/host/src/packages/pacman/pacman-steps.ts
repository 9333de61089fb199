import { assert, unreachable } from "@holdfast/core";
import type { PackageChange, PackageStep } from "../package-backend.ts";

type Argv = readonly [string, ...string[]];

/** The commands of a step, in order. */
export function pacmanCommands(step: PackageStep, options: readonly string[]): readonly Argv[] {
  const pacman = ["pacman", ...options, "--noconfirm", "--color=never"] as const;
  switch (step.type) {
    case "refresh":
      return [[...pacman, "--noprogressbar", "-Sy"]];
    case "change":
      return changeCommands(step, pacman);
    case "mark-manual":
      return [[...pacman, "-D", "--asexplicit", "--", ...step.names.map(bareName)]];
    case "hold":
    case "unhold":
    case "finish":
      assert(false, `${step.type} is nothing that pacman is asked for`);
      break;
    default:
      return unreachable(step);
  }
}

/** Pacman installs and removes in two transactions; what is removed first cannot be in the way. */
function changeCommands(change: PackageChange, pacman: Argv): readonly Argv[] {
  const { install, remove, isPurge } = change;
  const commands: Argv[] = [];
  if (remove.length > 0) {
    commands.push([
      ...pacman,
      "--noprogressbar",
      isPurge ? "-Rn" : "-R",
      "--",
      ...remove.map(bareName),
    ]);
  }
  if (install.length > 0) {
    const names = install.map(({ name }) => bareName(name));
    commands.push([...pacman, "--noprogressbar", "-S", "--needed", "--", ...names]);
  }
  return commands;
}

/** Pacman knows one architecture. */
export function bareName(name: string): string {
  return name.split(":", 1)[0] ?? name;
}
