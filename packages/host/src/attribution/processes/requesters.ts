import { readFileSync } from "node:fs";
import type { Clock, Requester } from "@holdfast/core";
import { codeOf } from "../../system/error-code.ts";
import { parseLoginUser } from "./process-files.ts";
import { machineUserNames } from "./users.ts";

/** A process that asks for something, as the kernel says who it is. */
export interface AskingProcess {
  readonly uid: number;
  readonly pid: number;
}

/** Names the user of a process at once, and who logged in for its session; it never throws. */
export type Requesters = (process: AskingProcess) => Requester;

/** Finds names in the machine's own files: no name service is asked, so that nobody waits for one. */
export function machineRequesters(clock: Clock): Requesters {
  const userNames = machineUserNames(clock);
  return ({ uid, pid }) => {
    const user = userNames(uid);
    const loginUid = parseLoginUser(readLoginUser(pid));
    const loginUser = loginUid === undefined ? undefined : userNames(loginUid);
    return {
      uid,
      ...(user === undefined ? {} : { user }),
      ...(loginUser === undefined || loginUser === user ? {} : { loginUser }),
    };
  };
}

function readLoginUser(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/loginuid`, "utf8");
  } catch (error) {
    // It has ended, or the kernel keeps none.
    if (codeOf(error) === undefined) throw error;
    return "";
  }
}
