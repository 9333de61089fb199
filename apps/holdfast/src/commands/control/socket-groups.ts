import type { Reachable } from "@holdfast/agent";
import { Fault } from "@holdfast/core";
import { createAccounts, realClock } from "@holdfast/host";
import type { CommandOptions } from "../command-options.ts";

/**
 * The groups that may use the control socket, as the machine that runs the agent knows them, whatever its root.
 * @throws {Fault} UsageInvalid, for a group that is not there; HostFailed, when groups cannot be read.
 */
export async function socketGroups(
  { readers, operators }: Pick<CommandOptions, "readers" | "operators">,
  signal: AbortSignal,
): Promise<Pick<Reachable, "readersGid" | "operatorsGid">> {
  const accounts = createAccounts({ clock: realClock });
  const find = async (option: string, name: string): Promise<number> => {
    const gid = await accounts.groupId(name, signal);
    if (gid !== undefined) return gid;
    throw new Fault({
      reason: "UsageInvalid",
      message: `${option}: there is no group ${JSON.stringify(name)}`,
      resolution: "Name a group of this machine, or make it first: groupadd --system NAME.",
    });
  };
  return {
    ...(readers === undefined ? {} : { readersGid: await find("--readers", readers) }),
    ...(operators === undefined ? {} : { operatorsGid: await find("--operators", operators) }),
  };
}
