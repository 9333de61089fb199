import type {
  CommandQuery,
  CommandRequest,
  CommandResult,
  CommandWriter,
  HostWriter,
} from "@holdfast/core";
import { type CallGate, KILLED } from "./call-gate.ts";

type Ports = Pick<HostWriter, "accounts" | "downloads"> & { readonly commands: KillableCommands };

/** Commands that a law can have killed in the middle of their work. */
export interface KillableCommands extends CommandWriter {
  /** Runs it until it has changed so much. Default: it does nothing, or, where there is more to change, all of it. */
  runKilled?(
    request: CommandRequest,
    afterChanges: number,
    signal: AbortSignal,
  ): Promise<CommandResult>;
}

/** Accounts, commands and downloads, each call through the gate. Watches and hashes meet no trouble. */
export function gatedPorts(
  { accounts, commands, downloads }: Ports,
  gate: CallGate,
): Pick<HostWriter, "accounts" | "commands" | "downloads"> {
  const lookup = { name: "accounts", isMutation: false };
  const fetch = { name: "downloads.fetch", isMutation: false };
  return {
    accounts: {
      userId: (name, signal) => gate.port(lookup, () => accounts.userId(name, signal), signal),
      groupId: (name, signal) => gate.port(lookup, () => accounts.groupId(name, signal), signal),
    },
    commands: gatedCommands(commands, gate),
    downloads: {
      fetch: (request, signal) => gate.port(fetch, () => downloads.fetch(request, signal), signal),
    },
  };
}

function gatedCommands(commands: KillableCommands, gate: CallGate): CommandWriter {
  const through = (
    name: "query" | "run",
    request: CommandQuery,
    signal: AbortSignal,
  ): Promise<CommandResult> => {
    const run = (): Promise<CommandResult> => commands[name](request, signal);
    const runKilled = async (afterChanges: number): Promise<CommandResult> => {
      if (commands.runKilled) return commands.runKilled(request, afterChanges, signal);
      if (afterChanges > 0) await run();
      return KILLED;
    };
    const call = { name: `commands.${name}`, isMutation: name === "run" };
    return gate.command(call, { run, runKilled }, signal);
  };
  return {
    query: (query, signal) => through("query", query, signal),
    run: (request, signal) => through("run", request, signal),
  };
}
