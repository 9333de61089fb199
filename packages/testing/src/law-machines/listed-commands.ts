import assert from "node:assert/strict";
import type { CommandQuery, CommandWriter } from "@holdfast/core";
import { behaviourOf, type Programs } from "../simulated-host/simulated-commands.ts";

/**
 * The commands of a real machine, but only those that are listed: a kind that is tried in a directory must not act on the
 * machine around it. Any other is a mistake of the samples or of the kind, not a fault that a kind could live with.
 */
export function listedCommands(commands: CommandWriter, programs: Programs): CommandWriter {
  const table = new Map(Object.entries(programs));
  const demandListed = ({ argv }: CommandQuery): void => {
    assert.ok(
      behaviourOf({ argv }, table) !== undefined,
      `${argv.join(" ")} is not run: \`programs\` of the samples lists neither it nor ${argv[0]}`,
    );
  };
  return {
    async query(query, signal) {
      demandListed(query);
      return commands.query(query, signal);
    },
    async run(request, signal) {
      demandListed(request);
      return commands.run(request, signal);
    },
    check: (query, signal) => commands.check(query, signal),
  };
}
