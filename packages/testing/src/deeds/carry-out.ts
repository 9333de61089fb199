import assert from "node:assert/strict";
import { unreachable } from "@holdfast/core";
import type { Deed, DeedAttributes, WithContent } from "./deed.ts";
import type { Hand } from "./hand.ts";

/** Does a deed. @throws what the machine says, e.g. EPERM, when somebody who is not root gives something away. */
export function carryOut(deed: Deed, hand: Hand): void {
  const { path } = deed;
  assert.match(
    path,
    /^(?:\/(?!\.\.?(?:\/|$))[^/]+)+$/,
    "a deed has an absolute path below the root",
  );
  switch (deed.type) {
    case "write":
      makeRoom(hand, path, "file");
      hand.write(path, bytesOf(deed));
      return setAttributes(hand, path, deed);
    case "replace":
      return replace(deed, hand);
    case "truncate":
      if (isThere(hand, path) && hand.typeOf(path) === "file") hand.truncate(path, deed.sizeBytes);
      return;
    case "remove":
      if (isThere(hand, path)) hand.remove(path);
      return;
    case "rename":
      return rename(deed, hand);
    case "directory":
      makeDirectory(hand, path);
      return setAttributes(hand, path, deed);
    case "symlink":
      makeRoom(hand, path);
      return hand.symlink(path, deed.target);
    case "hard-link":
      return hardLink(deed, hand);
    case "fifo":
      makeRoom(hand, path);
      return hand.makeFifo(path);
    case "chmod":
    case "chown":
      return isThere(hand, path) ? setAttributes(hand, path, deed) : undefined;
    default:
      return unreachable(deed);
  }
}

function replace(deed: Deed & WithContent & DeedAttributes, hand: Hand): void {
  const { path } = deed;
  const beside = `${path}.replacing`;
  makeRoom(hand, path, "file");
  if (hand.typeOf(beside) !== undefined) hand.remove(beside);
  hand.write(beside, bytesOf(deed));
  setAttributes(hand, beside, deed);
  hand.rename(beside, path);
}

function rename({ path, to }: Extract<Deed, { type: "rename" }>, hand: Hand): void {
  // Nothing is moved into itself, nor over what it is in.
  if (!isThere(hand, path) || isWithin(to, path) || isWithin(path, to)) return;
  makeRoom(hand, to);
  hand.rename(path, to);
}

function hardLink({ path, target }: Extract<Deed, { type: "hard-link" }>, hand: Hand): void {
  if (isWithin(target, path) || isWithin(path, target)) return;
  if (!isThere(hand, target) || hand.typeOf(target) !== "file") return;
  makeRoom(hand, path);
  hand.link(path, target);
}

/** Makes the directories above, and removes what is at the path but what is of the type to keep. */
function makeRoom(hand: Hand, path: string, keep?: "file"): void {
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (parent !== "") makeDirectory(hand, parent);
  const there = hand.typeOf(path);
  if (there !== undefined && there !== keep) hand.remove(path);
}

function makeDirectory(hand: Hand, path: string): void {
  const parent = path.slice(0, path.lastIndexOf("/"));
  if (parent !== "") makeDirectory(hand, parent);
  const there = hand.typeOf(path);
  if (there === "directory") return;
  if (there !== undefined) hand.remove(path);
  hand.makeDirectory(path);
}

/** Whether something is there, reached through directories alone: a link on the way is not gone through. */
function isThere(hand: Hand, path: string): boolean {
  const slash = path.lastIndexOf("/");
  const parent = path.slice(0, slash);
  if (parent !== "" && !(isThere(hand, parent) && hand.typeOf(parent) === "directory"))
    return false;
  return hand.typeOf(path) !== undefined;
}

function isWithin(path: string, top: string): boolean {
  return path === top || path.startsWith(`${top}/`);
}

/** Owner before mode, because a change of owner takes set-uid away. */
function setAttributes(hand: Hand, path: string, { mode, uid, gid }: DeedAttributes): void {
  if (uid !== undefined || gid !== undefined) hand.chown(path, uid ?? -1, gid ?? -1);
  if (mode !== undefined && hand.typeOf(path) !== "link") hand.chmod(path, mode);
}

function bytesOf({ content, encoding = "utf8" }: WithContent): Uint8Array {
  return Buffer.from(content, encoding);
}
