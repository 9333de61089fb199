import type { CommandWriter } from "@holdfast/core";

/**
 * The commands of one process: once it has ended it starts no program. Code of it may go on to the end of the turn, with
 * the answer of a disk that no longer counts.
 */
export function mortalCommands(commands: CommandWriter, isDead: () => boolean): CommandWriter {
  const mortal =
    <Request, Answer>(start: (request: Request, signal: AbortSignal) => Promise<Answer>) =>
    (request: Request, signal: AbortSignal): Promise<Answer> =>
      isDead() ? new Promise(() => {}) : start(request, signal);
  return {
    check: mortal((check, signal) => commands.check(check, signal)),
    query: mortal((query, signal) => commands.query(query, signal)),
    run: mortal((request, signal) => commands.run(request, signal)),
  };
}
