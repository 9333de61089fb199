import assert from "node:assert/strict";
import { unreachable } from "@holdfast/core";
import type { Operation, OperationAttributes, WithContent } from "./operation.ts";
import type { Actor } from "./actor.ts";
import { carryOutFirewall } from "./firewall/firewall-operation.ts";
import { carryOutNetwork } from "./network/network-operation.ts";
import { carryOutMount } from "./mount-operation.ts";
import { carryOutUnit } from "./unit-operation.ts";

/** Does an operation. @throws what the machine says, e.g. EPERM, when somebody who is not root gives something away. */
export function carryOut(operation: Operation, actor: Actor): void {
  if (operation.type === "unit") return carryOutUnit(operation, actor.units);
  if (operation.type === "mount") return carryOutMount(operation, actor.mounts);
  if (operation.type === "container") return actor.containers?.act(operation);
  if (operation.type === "firewall") return carryOutFirewall(operation, actor.firewall);
  if (operation.type === "network") return carryOutNetwork(operation, actor.network);
  const { path } = operation;
  assert.match(
    path,
    /^(?:\/(?!\.\.?(?:\/|$))[^/]+)+$/,
    "an operation has an absolute path below the root",
  );
  switch (operation.type) {
    case "write":
      makeRoom(actor, path, "file");
      actor.write(path, bytesOf(operation));
      return setAttributes(actor, path, operation);
    case "replace":
      return replace(operation, actor);
    case "truncate":
      if (isThere(actor, path) && actor.typeOf(path) === "file")
        actor.truncate(path, operation.sizeBytes);
      return;
    case "remove":
      if (isThere(actor, path)) actor.remove(path);
      return;
    case "rename":
      return rename(operation, actor);
    case "directory":
      makeDirectory(actor, path);
      return setAttributes(actor, path, operation);
    case "symlink":
      makeRoom(actor, path);
      return actor.symlink(path, operation.target);
    case "hard-link":
      return hardLink(operation, actor);
    case "fifo":
      makeRoom(actor, path);
      return actor.makeFifo(path);
    case "chmod":
    case "chown":
      return isThere(actor, path) ? setAttributes(actor, path, operation) : undefined;
    default:
      return unreachable(operation);
  }
}

function replace(operation: Extract<Operation, { type: "replace" }>, actor: Actor): void {
  const { path } = operation;
  const beside = `${path}.replacing`;
  makeRoom(actor, path, "file");
  if (actor.typeOf(beside) !== undefined) actor.remove(beside);
  actor.write(beside, bytesOf(operation));
  setAttributes(actor, beside, operation);
  actor.rename(beside, path);
}

function rename({ path, to }: Extract<Operation, { type: "rename" }>, actor: Actor): void {
  // Nothing is moved into itself, nor over what it is in.
  if (!isThere(actor, path) || isWithin(to, path) || isWithin(path, to)) return;
  makeRoom(actor, to);
  actor.rename(path, to);
}

function hardLink({ path, target }: Extract<Operation, { type: "hard-link" }>, actor: Actor): void {
  if (isWithin(target, path) || isWithin(path, target)) return;
  if (!isThere(actor, target) || actor.typeOf(target) !== "file") return;
  makeRoom(actor, path);
  actor.link(path, target);
}

/** Makes the directories above, and removes what is at the path but what is of the type to keep. */
function makeRoom(actor: Actor, path: string, keep?: "file"): void {
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (parent !== "") makeDirectory(actor, parent);
  const there = actor.typeOf(path);
  if (there !== undefined && there !== keep) actor.remove(path);
}

function makeDirectory(actor: Actor, path: string): void {
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (parent !== "") makeDirectory(actor, parent);
  const there = actor.typeOf(path);
  if (there === "directory") return;
  if (there !== undefined) actor.remove(path);
  actor.makeDirectory(path);
}

/** Whether something is there, reached through directories alone: a link on the way is not gone through. */
function isThere(actor: Actor, path: string): boolean {
  const slash = path.lastIndexOf("/");
  const parent = path.slice(0, slash);
  if (parent !== "" && !(isThere(actor, parent) && actor.typeOf(parent) === "directory"))
    return false;
  return actor.typeOf(path) !== undefined;
}

function isWithin(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}/`);
}

/** Owner before mode, because a change of owner takes set-uid away. */
function setAttributes(actor: Actor, path: string, { mode, uid, gid }: OperationAttributes): void {
  if (uid !== undefined || gid !== undefined) actor.chown(path, uid ?? -1, gid ?? -1);
  if (mode !== undefined && actor.typeOf(path) !== "link") actor.chmod(path, mode);
}

function bytesOf({ content, encoding = "utf8" }: WithContent): Uint8Array {
  return Buffer.from(content, encoding);
}
