import { type BranchHead, type BranchQuery, Fault } from "@holdfast/core";
import { unreachable } from "../run/git-faults.ts";
import type { GitMachine } from "../run/git-machine.ts";
import { runRemote } from "./remote-run.ts";

/** How long a remote may take to say where a branch is. */
const ASK_MS = 30_000;
/** How `git ls-remote --exit-code` ends where there is no such ref. */
const NO_MATCH = 2;
/** Answers that are kept; beyond that the oldest goes. */
const MOST_ANSWERS = 1000;

interface Answer {
  readonly head: BranchHead;
  readonly atMs: number;
}

/** Asks remotes where their branches are, and keeps what they said for as long as the askers say. */
export class BranchHeads {
  readonly #machine: GitMachine;
  readonly #answers = new Map<string, Answer>();

  constructor(machine: GitMachine) {
    this.#machine = machine;
  }

  /** @throws {Fault} what is not about the remote. */
  async ask(query: BranchQuery, signal: AbortSignal): Promise<BranchHead> {
    const key = keyOf(query);
    const known = this.#answers.get(key);
    const nowMs = this.#machine.clock.monotonicMs();
    if (known !== undefined && nowMs - known.atMs < query.maxAgeMs) return known.head;
    const head = await askRemote(this.#machine, query, signal);
    this.#note(key, head);
    return head;
  }

  /** Takes over what a fetch has found out meanwhile. */
  learn(query: Omit<BranchQuery, "maxAgeMs">, commit: string): void {
    this.#note(keyOf(query), { type: "known", commit });
  }

  #note(key: string, head: BranchHead): void {
    this.#answers.delete(key);
    this.#answers.set(key, { head, atMs: this.#machine.clock.monotonicMs() });
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= MOST_ANSWERS) break;
      this.#answers.delete(oldest);
    }
  }
}

function keyOf({ source, branch, user }: Omit<BranchQuery, "maxAgeMs">): string {
  return JSON.stringify([source, branch, user]);
}

/** Where a ref of the remote is, asked now. */
export async function askRemote(
  machine: GitMachine,
  { source, branch, user }: Omit<BranchQuery, "maxAgeMs">,
  signal: AbortSignal,
): Promise<BranchHead> {
  const result = await runRemote(
    machine,
    {
      source,
      user,
      args: ["ls-remote", "--exit-code", "--quiet"],
      refs: [`refs/heads/${branch}`],
      timeoutMs: ASK_MS,
      isQuery: true,
    },
    signal,
  ).catch((error: unknown) => asUnreachable(error));
  if ("type" in result) return result;
  if (result.exitCode === NO_MATCH) return { type: "absent" };
  const commit = /^([0-9a-f]{40})\t/m.exec(result.stdout)?.[1];
  if (result.exitCode !== 0 || commit === undefined)
    return { type: "unreachable", fault: unreachable(source.repository, result) };
  return { type: "known", commit };
}

function asUnreachable(error: unknown): BranchHead {
  if (error instanceof Fault && error.reason === "RemoteUnreachable")
    return { type: "unreachable", fault: error };
  throw error;
}
