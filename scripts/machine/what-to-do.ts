import type { DebianPackage } from "./debian-packages.ts";

/** The machine that the tests run on, as far as it decides what is done about missing packages. */
export interface Machine {
  /** It has dpkg and apt-get. */
  readonly isDebian: boolean;
  readonly isRoot: boolean;
  /** `CI=true`: no person answers, and a skipped test fails the run. */
  readonly isCi: boolean;
  /** A person sees a question and can answer it. */
  readonly isInteractive: boolean;
  readonly missing: readonly DebianPackage[];
}

/** What is done before the tests: install, ask and then install, say `line`, or nothing. */
export type WhatToDo =
  | { readonly type: "nothing" }
  | { readonly type: "install" }
  | { readonly type: "ask"; readonly question: string; readonly refused: string }
  | { readonly type: "say"; readonly line: string };

/** The tests that only root can run; shown to other users. */
const ROOT_TESTS = "whatever mounts, gives files away or becomes another user";

/** Decides what is done about what the tests miss on a machine. Pure. */
export function whatToDo(machine: Machine): WhatToDo {
  const { isDebian, isRoot, isCi, isInteractive, missing } = machine;
  if (isRoot && missing.length === 0) return { type: "nothing" };
  if (!isRoot || !isDebian) return { type: "say", line: sayMissing(machine) };
  if (isCi) return { type: "install" };
  const refused = sayMissing(machine);
  if (!isInteractive) return { type: "say", line: refused };
  const names = namesOf(missing).join(", ");
  return { type: "ask", question: `The tests use ${names}. Install them with apt-get?`, refused };
}

/** One line: what is missing, how to bring it, and what is skipped until then. */
export function sayMissing({ isDebian, isRoot, missing }: Machine): string {
  const names = namesOf(missing);
  const wanted = [...(isRoot ? [] : ["root"]), ...names].join(", ");
  const skipped = [...new Set(missing.map(({ tests }) => tests)), ...(isRoot ? [] : [ROOT_TESTS])];
  const install = isDebian
    ? `${isRoot ? "" : "sudo "}apt-get install --no-install-recommends ${names.join(" ")}`
    : `install what your system has for the Debian packages ${names.join(", ")}`;
  const ways = [...(names.length === 0 ? [] : [install]), ...(isRoot ? [] : ["run this as root"])];
  return `Missing for some tests: ${wanted}. To bring it: ${ways.join("; ")}. Skipped without: ${skipped.join(", ")}.`;
}

function namesOf(packages: readonly DebianPackage[]): readonly string[] {
  return packages.map(({ name }) => name);
}
