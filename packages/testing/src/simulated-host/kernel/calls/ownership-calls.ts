import type { OwnerIds, WaitingCalls } from "@holdfast/host";
import { dropExtendedAttribute, setOwnership } from "../disk/operations.ts";
import { errnoError } from "../errno.ts";
import type { Machine, Sight } from "../machine.ts";
import { type Credentials, isMember, modeAfterChown } from "../permission.ts";
import { inTurn } from "./call-turn.ts";

/** Owner, group and mode. */
export function ownershipCalls(
  machine: Machine,
  caller: Credentials,
): Pick<WaitingCalls, "chown" | "chmod" | "chownLink"> {
  return {
    chown: (handle, uid, gid) =>
      inTurn(machine, { call: "chown", handle }, () => {
        chown(machine, caller, machine.handle(handle, "chown"), { uid, gid });
      }),
    chmod: (handle, mode) =>
      inTurn(machine, { call: "chmod", handle }, () => {
        chmod(machine, caller, machine.handle(handle, "chmod"), mode);
      }),
    chownLink: (directory, name, owner) =>
      inTurn(machine, { call: "chownLink", handle: directory, name }, () => {
        const { found } = machine.observe(directory, name, caller, "chownLink");
        if (found === undefined) throw errnoError("ENOENT", "chownLink");
        chown(machine, caller, found, owner);
      }),
  };
}

function chown(
  machine: Machine,
  caller: Credentials,
  { inode, mount }: Sight,
  { uid, gid }: OwnerIds,
): void {
  machine.demandWritable(mount, "chown");
  const isOwner = caller.uid === inode.uid;
  const mayGiveAway = uid === -1 || (isOwner && uid === inode.uid);
  const mayRegroup = gid === -1 || (isOwner && (gid === inode.gid || isMember(caller, gid)));
  if (caller.uid !== 0 && !(mayGiveAway && mayRegroup)) throw errnoError("EPERM", "chown");
  setOwnership(inode, {
    uid: uid === -1 ? inode.uid : uid,
    gid: gid === -1 ? inode.gid : gid,
    mode: modeAfterChown(inode, caller),
  });
  if (inode.type !== "directory") dropExtendedAttribute(inode, "security.capability");
  machine.changes.tellAll(inode, "attributes");
}

function chmod(machine: Machine, caller: Credentials, { inode, mount }: Sight, mode: number): void {
  machine.demandWritable(mount, "chmod");
  if (inode.type === "link") throw errnoError("ENOTSUP", "chmod");
  if (caller.uid !== 0 && caller.uid !== inode.uid) throw errnoError("EPERM", "chmod");
  const losesGroup = caller.uid !== 0 && !isMember(caller, inode.gid);
  setOwnership(inode, { mode: mode & 0o7777 & (losesGroup ? ~0o2000 : ~0) });
  machine.changes.tellAll(inode, "attributes");
}
