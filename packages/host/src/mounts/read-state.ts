import type { FileReader, Mounted, MountState } from "@holdfast/core";
import { parseMountInfo } from "../system/mount-info.ts";
import { resolveDevices } from "./device-names.ts";
import type { MountSystem } from "./mount-system.ts";
import { swapsIn } from "./swap-lines.ts";

const LOOP = /^\/dev\/(loop\d+)$/;

/** Reads everything once. Only what the kernel makes up and /dev are read, which are always of this machine. */
export async function readMountState(
  { system, files }: { readonly system: MountSystem; readonly files: FileReader },
  sources: readonly string[],
  signal: AbortSignal,
): Promise<MountState> {
  if (!system.isLive) return { isLive: false, mounts: [], swaps: [], devices: new Map() };
  const mounts = mountsIn(await system.mountInfo());
  const swaps = swapsIn(await system.swaps());
  const found = [...mounts.map(({ source }) => source), ...swaps.map(({ path }) => path)];
  return {
    isLive: true,
    mounts: await withBackingFiles(mounts, files, signal),
    swaps,
    devices: await resolveDevices([...sources, ...found], files, signal),
  };
}

/** The mounts that the text of mountinfo tells of. */
export function mountsIn(text: string): readonly Mounted[] {
  return parseMountInfo(text).map(({ options, fileSystemOptions, ...line }) => ({
    ...line,
    options: options.split(","),
    fileSystemOptions: fileSystemOptions.split(","),
  }));
}

async function withBackingFiles(
  mounts: readonly Mounted[],
  files: FileReader,
  signal: AbortSignal,
): Promise<readonly Mounted[]> {
  const loops = [...new Set(mounts.flatMap(({ source }) => LOOP.exec(source)?.[1] ?? []))];
  if (loops.length === 0) return mounts;
  const requests = loops.map((loop) => ({
    path: `/sys/block/${loop}/loop/backing_file`,
    content: "bytes" as const,
  }));
  const readings = await files.readMany(requests, signal);
  const backing = new Map<string, string>(
    readings.flatMap((reading, position) => {
      const bytes = reading.type === "present" ? reading.value.bytes : undefined;
      if (bytes === undefined) return [];
      const path = new TextDecoder().decode(bytes).replace(/\n$/, "");
      return [[`/dev/${loops[position] ?? ""}`, path] as const];
    }),
  );
  return mounts.map((mount) => {
    const backingFile = backing.get(mount.source);
    return backingFile === undefined ? mount : { ...mount, backingFile };
  });
}
