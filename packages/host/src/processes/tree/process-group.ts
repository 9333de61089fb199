import { codeOf } from "../../system/error-code.ts";

/**
 * Signals every process of the group; false when none is left. The number cannot belong to others while a member
 * runs: the kernel gives no pid away that is still a group's.
 */
export function signalGroup(groupId: number, signalName: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signalName);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return false;
    // macOS answers so for a group of zombies, and anybody for members that changed their user: they are there.
    if (codeOf(error) === "EPERM") return true;
    throw error;
  }
}
