import { readableText } from "../byte-text.ts";
import { diffMount } from "./diff.ts";
import type { MountInput } from "./fields.ts";
import { oppositesOf, shownOptions } from "./live-options.ts";
import type { MountObserved } from "./observe.ts";
import { bindMount, type MountSpec } from "./spec.ts";

/**
 * A mount as an author would write it: by its line of fstab, else by what is mounted; `undefined` where the two differ so
 * that one resource cannot say both, for what only an image or a directory of another file system explains, and where an
 * option is to be given that no later one takes away.
 */
export function describeMount(
  { mountPoint, source, options }: MountSpec,
  observed: MountObserved,
): MountInput | undefined {
  const { line, live, isLive } = observed;
  const opposites = live === undefined ? [] : oppositesOf(options ?? [], live);
  if (opposites === undefined || (line !== undefined && opposites.length > 0)) return undefined;
  const input = line === undefined ? ofLive(source, observed, opposites) : undefined;
  const described =
    line === undefined
      ? input
      : {
          source: readableText(line.source),
          ...(line.type === "none" || line.type === "auto"
            ? {}
            : { type: readableText(line.type) }),
          options: line.options.map(readableText),
          dump: line.dump,
          pass: line.pass,
          ...(isLive ? { mounted: live !== undefined } : {}),
        };
  if (described === undefined) return undefined;
  let isPossible = true;
  const spec = bindMount(mountPoint, described, () => {
    isPossible = false;
  });
  return isPossible && diffMount(spec, observed).length === 0 ? described : undefined;
}

/** The source of a bind mount is only known where it is as declared. */
function ofLive(
  source: string,
  { live }: MountObserved,
  opposites: readonly string[],
): MountInput | undefined {
  if (live === undefined) return undefined;
  const options = [...new Set([...shownOptions(live), ...opposites])];
  if (!live.isBind) {
    return { source: live.source, type: live.type, options, persisted: false };
  }
  if (!live.isDeclared) return undefined;
  return { source, options: ["bind", ...options], persisted: false };
}
