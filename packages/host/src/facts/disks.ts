import type { Facts } from "@holdfast/core";
import type { RootReader } from "./root-reader.ts";

const MOST_DISKS = 256;
/** The unit of /sys/block/…/size, whatever the disk's own is. */
const SECTOR_BYTES = 512;

/**
 * The disks of the running machine, as its kernel has them. Without a device there is no disk but something made of
 * others (loop, device mapper, RAID); an empty drive has no size.
 */
export function readDisks(root: RootReader): Facts["disks"] {
  if (!root.isMachine) return [];
  return root.names("sys/block", MOST_DISKS).flatMap((name) => {
    const directory = `sys/block/${name}`;
    if (!root.has(`${directory}/device`)) return [];
    const sizeBytes = Number(root.text(`${directory}/size`) ?? "0") * SECTOR_BYTES;
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes === 0) return [];
    const model = root.text(`${directory}/device/model`)?.trim();
    return [
      {
        name,
        sizeBytes,
        ...(model === undefined || model === "" ? {} : { model }),
        isRotational: isSet(root, `${directory}/queue/rotational`),
        isRemovable: isSet(root, `${directory}/removable`),
      },
    ];
  });
}

function isSet(root: RootReader, path: string): boolean {
  return root.text(path)?.trim() === "1";
}
