import { parseUserName, type Requester } from "@holdfast/core";
import { machineRequesters, realClock } from "@holdfast/host";
import type { Surroundings } from "./surroundings.ts";

/**
 * The user who runs this command, and who called sudo for it, as sudo(8) says; `undefined` where the platform has no users.
 * It is for the records only: whoever is root can set the variable.
 */
export function requesterOf({ userId, environment }: Surroundings): Requester | undefined {
  if (userId === undefined) return undefined;
  const requester = machineRequesters(realClock)({ uid: userId, pid: process.pid });
  const sudoUser = parseUserName(environment["SUDO_USER"]);
  return sudoUser === undefined || sudoUser === requester.user
    ? requester
    : { ...requester, sudoUser };
}
