import { readableText } from "../byte-text.ts";
import { diffMount } from "./diff.ts";
import type { MountInput } from "./fields.ts";
import { shownOptions } from "./live-options.ts";
import type { MountObserved } from "./observe.ts";
import { bindMount, type MountSpec } from "./spec.ts";

/**
 * A mount as an author would write it: by its line of fstab, else by what is mounted; `undefined` where the two differ so
 * that one resource cannot say both, and for what only an image or a directory of another file system explains.
 */
export function describeMount(
  { mountPoint, source }: MountSpec,
  observed: MountObserved,
): MountInput | undefined {
  const { line, live, isLive } = observed;
  const input = line === undefined ? ofLive(source, observed) : undefined;
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
function ofLive(source: string, { live }: MountObserved): MountInput | undefined {
  if (live === undefined) return undefined;
  const options = shownOptions(live);
  if (!live.isBind) {
    return { source: live.source, type: live.type, options: [...options], persisted: false };
  }
  if (!live.isDeclared) return undefined;
  return { source, options: ["bind", ...options], persisted: false };
}
