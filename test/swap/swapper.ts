import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isMainThread, parentPort, workerData } from "node:worker_threads";

/** How a release takes the place of the one before: as the target of a link, or as the directory itself. */
export type Swapping = "link" | "directory";

/** What a swapper works on. */
export interface SwapperData {
  /** A directory of its own; the source is `current` in it. */
  readonly top: string;
  readonly swapping: Swapping;
}

/** Directories of a release, and the files in each. */
export const RELEASE = { directories: ["", "css", "img", "img/large"], filesEach: 12 } as const;

/** Makes a release: every file says which one it is of, and one name is its own. */
export function makeRelease(top: string, release: number): string {
  const path = join(top, `release-${release}`);
  for (const directory of RELEASE.directories) {
    mkdirSync(join(path, directory), { recursive: true });
    for (let file = 0; file < RELEASE.filesEach; file++) {
      writeFileSync(join(path, directory, `file-${file}`), `release ${release}`);
    }
  }
  writeFileSync(join(path, "img", `only-${release}`), `release ${release}`);
  return path;
}

/** Puts a release in the place of the one before, and removes that. */
export function publish(top: string, release: number, swapping: Swapping): void {
  const current = join(top, "current");
  const path = makeRelease(top, release);
  const old = join(top, `release-${release - 1}`);
  if (swapping === "link") {
    symlinkSync(basename(path), `${current}.new`);
    renameSync(`${current}.new`, current);
  } else {
    if (release > 0) renameSync(current, old);
    renameSync(path, current);
  }
  rmSync(old, { recursive: true, force: true });
}

/** As a thread it publishes one release after the other until it is ended. */
function publishForEver({ top, swapping }: SwapperData): void {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let release = 1; ; release++) {
    publish(top, release, swapping);
    if (release === 1) parentPort?.postMessage("swapping");
    Atomics.wait(pause, 0, 0, 4);
  }
}

function isSwapperData(value: unknown): value is SwapperData {
  return typeof value === "object" && value !== null && "top" in value && "swapping" in value;
}

const data: unknown = workerData;
if (!isMainThread && isSwapperData(data)) publishForEver(data);
