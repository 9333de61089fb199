import { type Fault, toFault } from "../fault/fault.ts";
import type { CommandQuery, CommandWriter } from "../ports/commands.ts";
import type { Thing } from "../resource/kind.ts";
import type { DryRun, KnownOfHost } from "./dry-run.ts";

/** Refuses what could not be started, and starts nothing: also of queries, which may be about what an apply has written. */
export function dryCommands(
  commands: Pick<CommandWriter, "check">,
  run: DryRun,
  known: KnownOfHost["programs"],
): CommandWriter {
  const check = async (query: CommandQuery, signal: AbortSignal): Promise<void> => {
    const fault = await faultOf(query, { commands, known }, signal);
    if (fault === undefined) return;
    const lacking = lackingOf(query, fault);
    if (!run.expected.comes(lacking)) run.refuse(fault, lacking);
  };
  const checkOnly = async (query: CommandQuery, signal: AbortSignal): Promise<never> => {
    await check(query, signal);
    return run.stop();
  };
  return { check, query: checkOnly, run: checkOnly };
}

function faultOf(
  query: CommandQuery,
  place: {
    readonly commands: Pick<CommandWriter, "check">;
    readonly known: KnownOfHost["programs"];
  },
  signal: AbortSignal,
): Promise<Fault | undefined> {
  const { argv, cwd, user, env, rootOption, insideRoot } = query;
  const key = JSON.stringify([argv[0], cwd, user, env["PATH"], rootOption, insideRoot?.cwd]);
  const before = place.known.get(key);
  if (before !== undefined) return before;
  const checked = place.commands.check(query, signal).then(() => undefined, toFault);
  place.known.set(key, checked);
  return checked;
}

/** What is not there. */
function lackingOf({ argv: [program], cwd = "/", user }: CommandQuery, { reason }: Fault): Thing {
  if (reason === "UnknownUser") return `user:${user}`;
  if (reason === "NotFound") return `path:${cwd}`;
  return program.includes("/") ? `path:${program}` : `program:${program}`;
}
