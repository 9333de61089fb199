import type { ActiveSwap } from "@holdfast/core";
import { unescapeOctal } from "../system/mount-info.ts";

/** Reads /proc/swaps, proc(5): a head line, then path, type, size in KiB, used, priority. */
export function swapsIn(text: string): readonly ActiveSwap[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line): readonly ActiveSwap[] => {
      const [path, , size, , priority] = line.split(/\s+/);
      if (path === undefined || priority === undefined) return [];
      return [
        {
          path: unescapeOctal(path),
          sizeBytes: Number(size) * 1024,
          priority: Number(priority),
        },
      ];
    });
}
