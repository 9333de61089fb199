import type { CheckoutPlace, CheckOutRequest } from "@holdfast/core";
import { checkoutConfig } from "../repository/checkout-config.ts";
import { findCheckout, userIdOf } from "../repository/find-checkout.ts";
import { newAttempt } from "../repository/new-attempt.ts";
import { readText } from "../repository/read-refs.ts";
import type { GitMachine } from "../run/git-machine.ts";
import { mustRunGit, onMachine, runGit } from "../run/run-git.ts";

/** Makes what is missing of a repository; it has no templates, so no hooks. */
export async function initialize(
  machine: GitMachine,
  { path, user }: CheckoutPlace,
  signal: AbortSignal,
): Promise<void> {
  const args = [
    "init",
    "--quiet",
    "--template=",
    "--initial-branch=main",
    "--",
    onMachine(machine, path),
  ];
  await mustRunGit(machine, { args, user }, signal);
}

/** What was there last, and what was there before there was anything of ours. */
const KEPT = { backupSuffix: ".kept", originalSuffix: ".kept.original" };

/** Makes the configuration ours before any git reads it. What was there stays beside it. */
export async function configure(
  machine: GitMachine,
  { place, source }: CheckOutRequest,
  before: "keep" | "nothing to keep",
  signal: AbortSignal,
): Promise<void> {
  const path = `${place.path}/.git/config`;
  const wanted = checkoutConfig(source.repository);
  const text = await readText(machine.files, path, signal);
  if (text === wanted) return;
  const ids = await idsOf(machine, place, signal);
  const kept = before === "keep" && text !== undefined ? KEPT : {};
  const content = new TextEncoder().encode(wanted);
  const attempt = newAttempt();
  await machine.files.write({ path, content, attempt, mode: 0o644, ...ids, ...kept }, signal);
}

/** The commit that is checked out, if git can read it. Where HEAD makes no sense, it is made to. */
export async function readableHead(
  machine: GitMachine,
  { place, target }: CheckOutRequest,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { files } = machine;
  const found = await findCheckout(machine, { place, target }, signal);
  const head = found.type === "checkout" ? found.checkout.head : undefined;
  if (head !== undefined) {
    const args = ["rev-parse", "--verify", "--quiet", `${head}^{tree}`];
    const directory = onMachine(machine, place.path);
    const { exitCode } = await runGit(
      machine,
      { args, directory, user: place.user, isQuery: true },
      signal,
    );
    return exitCode === 0 ? head : undefined;
  }
  const path = `${place.path}/.git/HEAD`;
  const content = new TextEncoder().encode("ref: refs/heads/main\n");
  const attempt = newAttempt();
  await files.write({ path, content, attempt, ...(await idsOf(machine, place, signal)) }, signal);
  await initialize(machine, place, signal);
  return undefined;
}

/** Whose files are to be. @throws {Fault} UnknownUser, HostFailed. */
export async function idsOf(
  machine: GitMachine,
  place: CheckoutPlace,
  signal: AbortSignal,
): Promise<{ readonly uid?: number; readonly gid?: number }> {
  if (place.user === undefined) return {};
  const uid = await userIdOf(machine, place, signal);
  const entry = await machine.accounts.user(place.user, signal);
  return entry === undefined ? { uid } : { uid, gid: entry.gid };
}
