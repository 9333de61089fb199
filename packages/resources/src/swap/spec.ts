import type { BindReport, Ownership, Thing } from "@holdfast/core";
import { checkAbsolutePath, parentPath } from "../absolute-path.ts";
import { byteStringOf } from "../byte-text.ts";
import { FSTAB } from "../fstab/fstab-file.ts";
import type { DeclaredLine } from "../fstab/fstab-line.ts";
import { bindOptions } from "../fstab/option-words.ts";
import { bytesOfSize } from "../size-text.ts";
import type { SwapInput } from "./fields.ts";

/** mkswap(8): ten pages at least. */
const LEAST_BYTES = 40_960;
const DEVICE = /^\/dev\/|^(?:UUID|LABEL|PARTUUID|PARTLABEL|ID)=./;

/** An area to swap to, now and at boot. */
export interface SwapSpec {
  /** A file, a device, or a tag such as `UUID=…`. */
  readonly area: string;
  readonly isDevice: boolean;
  /** The file is ours, and has this size. `undefined`: the area is there. */
  readonly sizeBytes: number | undefined;
  readonly priority: number | undefined;
  /** `undefined`: whatever it is. */
  readonly isActive: boolean | undefined;
  /** `undefined`: fstab should have no line for it. */
  readonly line: DeclaredLine | undefined;
  readonly force: boolean;
  readonly isAbsent: boolean;
}

/** Joins area and input. */
export function bindSwap(name: string, input: SwapInput, report: BindReport): SwapSpec {
  const isDevice = DEVICE.test(name);
  if (!isDevice || name.startsWith("/")) checkAbsolutePath(name, "", report);
  const isAbsent = input.state === "absent";
  const { priority, active = true, persisted = true, force = false } = input;
  const options = bindOptions(input.options, report);
  if (options?.some((word) => word.startsWith("pri=")) === true) {
    report("options", "the priority has a field of its own", "write priority");
  }
  const isActive = active === "unmanaged" ? undefined : active;
  if (!isAbsent && isActive === undefined && !persisted && input.size === undefined) {
    report("persisted", "nothing to keep", "keep active or persisted, or write state: absent");
  }
  const words = [...(options ?? []), ...(priority === undefined ? [] : [`pri=${priority}`])];
  return {
    area: name,
    isDevice,
    sizeBytes: bindSize(input.size, isDevice, report),
    priority,
    isActive: isAbsent ? false : isActive,
    line:
      isAbsent || !persisted
        ? undefined
        : {
            source: byteStringOf(name),
            mountPoint: "none",
            type: "swap",
            options: words.length === 0 ? undefined : words.map(byteStringOf),
            dump: undefined,
            pass: undefined,
          },
    force,
    isAbsent,
  };
}

/** Not swapped to, and without a line; a file that was made with a size goes with it. */
export function absentSwap({ area, sizeBytes, force }: SwapSpec): SwapSpec {
  const size = sizeBytes === undefined ? {} : { size: sizeBytes };
  return bindSwap(area, { ...size, force, state: "absent" }, () => {});
}

/** The area; the file where it is ours; a line of fstab. */
export function thingsOfSwap({ area, sizeBytes, line }: SwapSpec): readonly Ownership[] {
  return [
    { thing: `swap:${area}`, isWhole: true },
    ...(sizeBytes === undefined ? [] : [{ thing: `path:${area}`, isWhole: true } as const]),
    ...(line === undefined ? [] : [{ thing: `path:${FSTAB}`, isWhole: false } as const]),
  ];
}

/** Of a file: where it is, and what is mounted on the way to it. */
export function neededBySwap({ area, isDevice, sizeBytes }: SwapSpec): readonly Thing[] {
  if (isDevice) return [];
  const above = mountsAbove(parentPath(area));
  return sizeBytes === undefined ? [`path:${area}`, ...above] : above;
}

function mountsAbove(path: string): readonly Thing[] {
  return path === "/" ? ["mount:/"] : [`mount:${path}`, ...mountsAbove(parentPath(path))];
}

function bindSize(
  size: SwapInput["size"],
  isDevice: boolean,
  report: BindReport,
): number | undefined {
  if (size === undefined) return undefined;
  if (isDevice) report("size", "a device has its size", "leave size out");
  const sizeBytes = bytesOfSize(size);
  if (sizeBytes >= LEAST_BYTES && Number.isSafeInteger(sizeBytes)) return sizeBytes;
  report("size", "not a size of swap space", "write 40K at least, such as 512M or 2G");
  return LEAST_BYTES;
}
