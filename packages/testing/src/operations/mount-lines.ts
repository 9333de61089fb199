import type { MountState } from "@holdfast/core";

/**
 * What is mounted and swapped to, as lines of a machine's tree. They are units, as they are to systemd: a loss of power ends
 * all of it (`withoutUnits`).
 */
export function mountLines({
  mounts,
  swaps,
}: Pick<MountState, "mounts" | "swaps">): readonly string[] {
  const lines = mounts
    .filter(({ mountPoint }) => mountPoint !== "/")
    .map(({ mountPoint, type, source, root, options, fileSystemOptions }, position) => {
      const words = [type, source, root, ...options, ...fileSystemOptions].join(" ");
      return `unit:${mountPoint}.${position}.mount unit 0000 0:0 ${words}`;
    });
  const areas = swaps.map(({ path, priority }) => {
    return `unit:${path}.swap unit 0000 0:0 ${priority < 0 ? "default" : priority}`;
  });
  return [...lines, ...areas];
}
