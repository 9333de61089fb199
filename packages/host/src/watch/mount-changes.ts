import { readFileSync } from "node:fs";
import type { Clock } from "@holdfast/core";
import { type MountLine, parseMountInfo } from "../system/mount-info.ts";

/** What a listener receives; paths are the machine's. */
export interface MountListener {
  /** The mount points at which something was mounted or unmounted. */
  readonly changed: (points: readonly string[]) => void;
  /**
   * All mount points, every time: the kernel gives an unmounted one's number to the next, so that what was exchanged in
   * between reads the same.
   */
  readonly present: (points: readonly string[]) => void;
}

/**
 * Notices mounts and unmounts, which make no event in the directory that they hide or uncover: whoever watched it goes on
 * watching what nobody sees any more. The table of mounts is read again and again, some 30 µs each time, while somebody
 * listens.
 */
export class MountChanges {
  readonly #clock: Clock;
  readonly #periodMs: number;
  readonly #listeners = new Set<MountListener>();
  #text = "";
  #points: readonly string[] = [];
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, periodMs: number) {
    this.#clock = clock;
    this.#periodMs = periodMs;
  }

  /** Calls it again and again, until the returned function is called. */
  listen(listener: MountListener): () => void {
    this.#listeners.add(listener);
    if (this.#cancel === undefined) {
      this.#take(readMounts() ?? "");
      this.#wait();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#cancel?.();
      this.#cancel = undefined;
    };
  }

  #wait(): void {
    this.#cancel = this.#clock.schedule(this.#periodMs, () => {
      this.#wait();
      this.#check();
    });
  }

  #check(): void {
    const [before, now] = [this.#text, readMounts()];
    if (now === undefined) return;
    const points = now === before ? [] : changedPoints(before, now);
    if (now !== before) this.#take(now);
    for (const { changed, present } of this.#listeners) {
      if (points.length > 0) changed(points);
      present(this.#points);
    }
  }

  #take(text: string): void {
    this.#text = text;
    this.#points = [...new Set(parseMountInfo(text).map(({ mountPoint }) => mountPoint))];
  }
}

/** The points whose mounts are others than before; other options of one are no change. */
export function changedPoints(before: string, now: string): readonly string[] {
  const lines = [before, now].map((text) => new Map(parseMountInfo(text).map(keyed)));
  const [was = new Map<string, string>(), is = new Map<string, string>()] = lines;
  const gone = [...was].filter(([key]) => !is.has(key));
  const come = [...is].filter(([key]) => !was.has(key));
  return [...new Set([...gone, ...come].map(([, point]) => point))];
}

function keyed({ id, device, root, mountPoint }: MountLine): readonly [key: string, point: string] {
  return [`${id} ${device} ${root} ${mountPoint}`, mountPoint];
}

/** `undefined` where the system has no such table. */
function readMounts(): string | undefined {
  try {
    return readFileSync("/proc/self/mountinfo", "utf8");
  } catch {
    return undefined;
  }
}
