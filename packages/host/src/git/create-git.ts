import { type Clock, type FileWriter, type GitWriter, type Log, silentLog } from "@holdfast/core";
import type { HostAccounts } from "../accounts/accounts.ts";
import { createCommands } from "../commands/commands.ts";
import { BranchHeads } from "./remote/branch-heads.ts";
import { checkOut } from "./check-out/check-out.ts";
import type { GitMachine } from "./run/git-machine.ts";
import { observeCheckout } from "./observe-checkout.ts";
import { removeCheckout } from "./remove-checkout.ts";

/** What the git port of the machine is made with. */
export interface GitOptions {
  readonly clock: Clock;
  /** Absolute. Default `/`. Under another one checkouts, and repositories that are named by a path, are inside of it. */
  readonly root?: string;
  /** Of that root. */
  readonly files: FileWriter;
  /** Of that root. */
  readonly accounts: HostAccounts;
  /** A directory of the agent's own, best in memory, for secrets while a git runs. Other users must be able to reach into it. */
  readonly scratchDirectory: string;
  readonly log?: Log;
}

/**
 * Checkouts, by the git of the machine. It is found by its name, gets an environment of its own, and runs as the user
 * whom a tree belongs to. Nothing is touched before a call.
 */
export function createGit(options: GitOptions): GitWriter {
  const { clock, accounts, root = "/", log = silentLog } = options;
  // git gets the path of its checkout as an argument and goes nowhere else: it needs no leave under another root.
  const commands = createCommands({ clock, accounts });
  const ownUid = process.geteuid?.() ?? 0;
  const machine: GitMachine = { ...options, root, log, commands, ownUid };
  const heads = new BranchHeads(machine);
  return {
    observe: (query, signal) => observeCheckout(machine, query, signal),
    branchHead: (query, signal) => heads.ask(query, signal),
    async checkOut(request, signal) {
      const result = await checkOut(machine, request, signal);
      const { source, target, place, commit } = request;
      // A branch that has moved since it was asked for is where it was fetched.
      if (target.type === "branch" && result.head !== commit)
        heads.learn({ source, branch: target.name, user: place.user }, result.head);
      return result;
    },
    removeCheckout: (request, signal) => removeCheckout(machine, request, signal),
  };
}
