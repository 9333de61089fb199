import { Fault, type KindAction, type WriteContext } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import { wrongType, writeFault } from "../path-faults.ts";
import { isInTheWay, isLeftBehind } from "./diff.ts";
import type { LinkObserved } from "./observe.ts";
import type { LinkSpec } from "./spec.ts";

/**
 * Makes, turns or removes one link. A file in the way is replaced with `force` only, unless it is the hard link itself, left
 * behind by its target; a directory never.
 * @throws {Fault} WrongType, when something else is at the path; NotFound, when a parent or a hard link's target is
 *   missing.
 */
export async function applyLink(
  { spec, observed, changes, lastFingerprint }: KindAction<LinkSpec, LinkObserved>,
  context: WriteContext,
): Promise<void> {
  if (changes.length === 0) return;
  const { host, signal, attempt } = context;
  const { path, target, hard } = spec;
  const isOurs = observed !== undefined && spec.hard && isLeftBehind(observed, lastFingerprint);
  if (observed !== undefined && !isOurs && isInTheWay(spec, observed)) {
    refuseUnlessForced(spec, observed);
  }
  if (spec.isAbsent) {
    if (hasChange(changes, "state")) await host.files.remove({ path }, signal);
    return;
  }
  if (hard) await requireTarget(spec, context);
  const force = spec.force || isOurs || observed?.type === "link";
  try {
    await host.files.makeLink({ path, target, hard, force, attempt }, signal);
  } catch (error) {
    throw writeFault(error, path);
  }
}

function refuseUnlessForced({ path, force, hard }: LinkSpec, { type }: LinkObserved): void {
  if (force && type !== "directory") return;
  const resolution =
    type === "directory"
      ? `Move ${path} out of the way: a directory is never replaced by a link.`
      : `Move ${path} out of the way, or write force: true to replace it.`;
  throw wrongType({ path, type }, hard ? "this hard link" : "a symbolic link", resolution);
}

async function requireTarget({ path, target }: LinkSpec, context: WriteContext): Promise<void> {
  const found = await context.host.files.read({ path: target, content: "none" }, context.signal);
  if (found.type === "unknown") throw found.fault;
  if (found.type === "present") return;
  throw new Fault({
    reason: "NotFound",
    message: `${path} cannot be a hard link because its target ${target} does not exist`,
    resolution: `Declare file:${target}, so that it is made first.`,
    retry: "backoff",
  });
}
