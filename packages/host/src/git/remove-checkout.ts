import { type CheckoutPlace, Fault } from "@holdfast/core";
import { findCheckout } from "./repository/find-checkout.ts";
import { localWork } from "./run/git-faults.ts";
import type { GitMachine } from "./run/git-machine.ts";
import { OWN_REFS } from "./repository/read-refs.ts";
import { mustRunGit, onMachine, runGit } from "./run/run-git.ts";
import { listSubmodules } from "./check-out/submodules.ts";

/** Nothing is sought: whatever is there is to go. */
const NO_TARGET = { type: "revision", name: "" } as const;

/** Removes a checkout, when nothing is lost by it. See the port. */
export async function removeCheckout(
  machine: GitMachine,
  { place, force }: { readonly place: CheckoutPlace; readonly force: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { path } = place;
  const found = await findCheckout(machine, { place, target: NO_TARGET }, signal);
  if (found.type === "absent") return;
  if (found.type === "other") throw noCheckout("WrongType", path);
  if (found.type === "directory") {
    if (!found.isEmpty) throw noCheckout("DirectoryNotEmpty", path);
    return machine.files.remove({ path }, signal);
  }
  if (!force) await refuseLocalWork(machine, place, signal);
  await removeTree(machine, path, signal);
}

/** The repository goes last: a removal that is cut off is still a checkout, and the next attempt ends it. */
async function removeTree({ files }: GitMachine, path: string, signal: AbortSignal): Promise<void> {
  const found = await files.list(path, signal);
  if (found.type === "unknown") throw found.fault;
  for (const name of found.type === "present" ? found.value : [])
    if (name !== ".git") await files.remove({ path: `${path}/${name}`, recursive: true }, signal);
  await files.remove({ path, recursive: true }, signal);
}

/** @throws {Fault} LocalWork, when something is in the checkout that is nowhere else. */
async function refuseLocalWork(
  machine: GitMachine,
  place: CheckoutPlace,
  signal: AbortSignal,
): Promise<void> {
  const { path, user } = place;
  const found = await findCheckout(machine, { place, target: NO_TARGET }, signal);
  if (found.type !== "checkout") return;
  const { isConfigured, head, kept } = found.checkout;
  if (!isConfigured) throw localWork(path, "settings of its own");
  if (kept.length > 0) throw localWork(path, `${kept.length} pieces of work that was kept aside`);
  const inside = { directory: onMachine(machine, path), user, isQuery: true };
  const others = ["--remotes", `--glob=${OWN_REFS}`];
  const commits = ["rev-list", "--max-count=1", "--all", ...(head === undefined ? [] : [head])];
  const own = await mustRunGit(
    machine,
    { ...inside, args: [...commits, "--not", ...others] },
    signal,
  );
  if (own !== "") throw localWork(path, "commits");
  if (head === undefined) return;
  await refuseChanges(machine, place, signal);
  for (const submodule of await listSubmodules(machine, { ...inside, commit: head }, signal))
    await refuseLocalWork(machine, { ...place, path: `${path}/${submodule.path}` }, signal);
}

/** A file that is gone is no work: what is cut off in the middle of a removal looks like that. */
async function refuseChanges(
  machine: GitMachine,
  { path, user }: CheckoutPlace,
  signal: AbortSignal,
): Promise<void> {
  const args = [
    "status",
    "--porcelain=v2",
    "-z",
    "--untracked-files=normal",
    "--ignore-submodules=all",
    "--no-renames",
  ];
  const run = { args, directory: onMachine(machine, path), user, isQuery: true };
  const { exitCode, stdout } = await runGit(machine, run, signal);
  if (exitCode !== 0) throw localWork(path, "records that git cannot read");
  const changes = stdout.split("\0").filter((entry) => entry !== "" && !entry.startsWith("1 .D "));
  if (changes.length > 0) throw localWork(path, "changed or unknown files");
}

function noCheckout(reason: "WrongType" | "DirectoryNotEmpty", path: string): Fault {
  return new Fault({
    reason,
    message: `${path} is no checkout, so it is not removed`,
    resolution: "Remove it by hand, or declare a directory or a file that should be absent.",
  });
}
