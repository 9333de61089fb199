import { assert, type PackageToInstall, unreachable } from "@holdfast/core";
import type { PackageChange, PackageStep } from "../package-backend.ts";

/** A call of dnf. */
export interface DnfCommand {
  readonly argv: readonly [string, ...string[]];
  /** Lines for `dnf shell`. */
  readonly input?: string;
}

/** What is removed does not take along what nothing needs any more. */
const CHANGE = ["--setopt=clean_requirements_on_remove=False"];

/** The command of a step. */
export function dnfCommand(step: PackageStep, options: readonly string[]): DnfCommand {
  const dnf = ["dnf", ...options, "-y"] as const;
  switch (step.type) {
    case "refresh":
      return { argv: [...dnf, "-q", "makecache", "--refresh"] };
    case "change":
      return changeCommand(step, dnf);
    case "hold":
      return { argv: [...dnf, "-q", "versionlock", "add", ...step.names.map(specOf)] };
    case "unhold":
      return { argv: [...dnf, "-q", "versionlock", "delete", ...step.names.map(specOf)] };
    case "mark-manual":
      return { argv: [...dnf, "-q", "mark", "install", ...step.names.map(specOf)] };
    case "finish":
      assert(false, "rpm has no packages that are installed in part");
      break;
    default:
      return unreachable(step);
  }
}

function changeCommand(change: PackageChange, dnf: readonly [string, ...string[]]): DnfCommand {
  const { install, remove, noRecommends, allowHeld } = change;
  const options = [
    ...CHANGE,
    ...(noRecommends ? ["--setopt=install_weak_deps=False"] : []),
    ...(allowHeld ? ["--disableplugin=versionlock"] : []),
  ];
  const added = install.map(installSpec);
  const gone = remove.map(specOf);
  if (gone.length === 0) return { argv: [...dnf, ...options, "install", "--", ...added] };
  if (added.length === 0) return { argv: [...dnf, ...options, "remove", "--", ...gone] };
  // The only way to have both in one transaction.
  const lines = [
    ...added.map((spec) => `install ${spec}`),
    ...gone.map((spec) => `remove ${spec}`),
  ];
  return { argv: [...dnf, ...options, "shell"], input: `${lines.join("\n")}\nrun\n` };
}

/** dnf writes an architecture behind a dot. */
function specOf(name: string): string {
  return name.replace(":", ".");
}

function installSpec({ name, version }: PackageToInstall): string {
  const [bare = name, architecture] = name.split(":");
  const exact = version === undefined ? bare : `${bare}-${version}`;
  return architecture === undefined ? exact : `${exact}.${architecture}`;
}
