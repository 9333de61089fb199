import type { GroupChanges, NewGroup } from "@holdfast/core";
import { type AccountWork, nameTaken, unknownAccount } from "./account-work.ts";
import { checkId, checkName } from "./check-input.ts";

/** Makes a group; one that is there and has the number that is named stays. */
export async function createGroup(
  work: AccountWork,
  { name, gid, isSystem = false }: NewGroup,
  signal: AbortSignal,
): Promise<void> {
  checkName(name);
  checkId(gid);
  const present = (await work.read(signal)).groups.byName.get(name);
  if (present !== undefined) {
    if (gid === undefined || gid === present.gid) return;
    throw nameTaken(name, `there is a group ${name} with the number ${present.gid}`);
  }
  await refuseOtherGroup(work, name, signal);
  const number = gid === undefined ? [] : ["--gid", String(gid)];
  const args = [...(isSystem ? ["--system"] : []), ...number, name];
  await work.runTool({ tool: "groupadd", args }, name, signal);
}

/** A local group would hide one of a directory, or be hidden by it. @throws {Fault} NameTaken; HostFailed in an outage. */
export async function refuseOtherGroup(
  work: AccountWork,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  if ((await work.lookupName(name, signal)).group !== "elsewhere") return;
  throw nameTaken(name, "a name service knows a group of that name");
}

/** Changes the number of a group; users whose primary group it is keep it. */
export async function changeGroup(
  work: AccountWork,
  name: string,
  { gid }: GroupChanges,
  signal: AbortSignal,
): Promise<void> {
  checkId(gid);
  const present = (await work.read(signal)).groups.byName.get(name);
  if (present === undefined) throw unknownAccount("group", name);
  if (gid === undefined || gid === present.gid) return;
  await work.runTool({ tool: "groupmod", args: ["--gid", String(gid), name] }, name, signal);
}

/** Removes a group; none is fine. */
export async function removeGroup(
  work: AccountWork,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  if (!(await work.read(signal)).groups.byName.has(name)) return;
  await work.runTool({ tool: "groupdel", args: [name] }, name, signal);
}
