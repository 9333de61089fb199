import type { BindReport, Ownership, Thing } from "@holdfast/core";
import { checkAbsolutePath, parentPath } from "../absolute-path.ts";
import { byteStringOf } from "../byte-text.ts";
import { FSTAB } from "../fstab/fstab-file.ts";
import type { DeclaredLine } from "../fstab/fstab-line.ts";
import { bindOptions } from "../fstab/option-words.ts";
import type { MountInput } from "./fields.ts";
import { isBind, isOnDemand } from "./option-kinds.ts";

/** What should be mounted at a point, now and at boot. */
export interface MountSpec {
  readonly mountPoint: string;
  /** Empty where nothing should be mounted. */
  readonly source: string;
  /** `undefined`: as it is. */
  readonly type: string | undefined;
  /** `undefined`: as they are. */
  readonly options: readonly string[] | undefined;
  readonly isBind: boolean;
  /** `undefined`: whatever it is. */
  readonly isMounted: boolean | undefined;
  /** `undefined`: fstab should have no line for the point. */
  readonly line: DeclaredLine | undefined;
  readonly force: boolean;
  readonly isAbsent: boolean;
}

/** Joins mount point and input. */
export function bindMount(name: string, input: MountInput, report: BindReport): MountSpec {
  checkAbsolutePath(name, "", report);
  const isAbsent = input.state === "absent";
  const options = bindOptions(input.options, report);
  const source = input.source ?? "";
  const { type, dump, pass, mounted, persisted = true, force = false } = input;
  if (isAbsent && name === "/") report("state", "the root is never unmounted", "leave it out");
  if (!isAbsent) checkPresent(input, options ?? [], report);
  const isDemanded = options !== undefined && isOnDemand(options);
  const isMounted =
    mounted === "unmanaged" ? undefined : (mounted ?? (isDemanded ? undefined : true));
  if (!isAbsent && isMounted === undefined && !persisted) {
    report("persisted", "nothing to keep", "keep mounted or persisted, or write state: absent");
  }
  const isBound = isBind(options ?? []);
  return {
    mountPoint: name,
    source,
    type,
    options,
    isBind: isBound,
    isMounted: isAbsent ? false : isMounted,
    line:
      isAbsent || !persisted
        ? undefined
        : {
            source: byteStringOf(source),
            mountPoint: byteStringOf(name),
            type: isBound ? "none" : type,
            options: options?.map(byteStringOf),
            dump,
            pass,
          },
    force,
    isAbsent,
  };
}

/** Nothing is mounted there, and nothing will be. */
export function absentMount({ mountPoint, force }: MountSpec): MountSpec | undefined {
  if (mountPoint === "/") return undefined;
  return bindMount(mountPoint, { state: "absent", force }, () => {});
}

/** The mount point, wholly; and a line of fstab. */
export function thingsOfMount({ mountPoint, line }: MountSpec): readonly Ownership[] {
  const own: Ownership = { thing: `mount:${mountPoint}`, isWhole: true };
  return line === undefined ? [own] : [own, { thing: `path:${FSTAB}`, isWhole: false }];
}

/** The directory, the mounts on the way to it, and likewise what a bind mount or an image shows. */
export function neededByMount({ mountPoint, source }: MountSpec): readonly Thing[] {
  const things: Thing[] = [`path:${mountPoint}`, ...mountsAbove(parentPath(mountPoint))];
  if (!isPath(source)) return mountPoint === "/" ? [] : things;
  return [...things, `path:${source}`, ...mountsAbove(source)];
}

/** A source that is a place in the file system, and no device. */
export function isPath(source: string): boolean {
  return source.startsWith("/") && !source.startsWith("//") && !source.startsWith("/dev/");
}

function mountsAbove(path: string): readonly Thing[] {
  if (path === "/") return ["mount:/"];
  return [`mount:${path}`, ...mountsAbove(parentPath(path))];
}

function checkPresent(
  { source, type }: MountInput,
  options: readonly string[],
  report: BindReport,
): void {
  if (source === undefined) {
    report("", "nothing to mount", "write source, or state: absent to unmount and forget it");
  } else if (/\p{Cc}/u.test(source) || source.startsWith("-")) {
    report("source", "not a source", "a source is one line and does not begin with -");
  } else if (isBind(options) || isPath(source)) checkAbsolutePath(source, "source", report);
  if (type === "swap") report("type", "swap space is no mount", "declare it as swap");
  if (options.includes("remount")) {
    report("options", "not an option of a mount", "leave out remount: it is done when needed");
  }
  if (isBind(options) && type !== undefined && type !== "none") {
    report("type", "a bind mount has no type", "leave type out");
  }
}
