import type { CommandResult, CommandWriter } from "@holdfast/core";

/**
 * The commands of one process: once it has ended it starts no program. Code of it may go on to the end of the turn, with
 * the answer of a disk that no longer counts.
 */
export function mortalCommands(commands: CommandWriter, isDead: () => boolean): CommandWriter {
  const mortal =
    <Request>(start: (request: Request, signal: AbortSignal) => Promise<CommandResult>) =>
    (request: Request, signal: AbortSignal): Promise<CommandResult> =>
      isDead() ? new Promise(() => {}) : start(request, signal);
  return {
    query: mortal((query, signal) => commands.query(query, signal)),
    run: mortal((request, signal) => commands.run(request, signal)),
  };
}
