import { type Clock, sleep } from "@holdfast/core";
import { findPackage, type PackageFinding, type PackageQuestion } from "./package-log.ts";

/** dpkg logs what it begins to do before it does it, and packages may be long. */
const LOGGED_BEFORE_MS = 120_000;
/** It lists a new package's files only after they are in place. */
const LOGGED_AFTER_MS = 5_000;
const RETRY_MS = 1_000;

/** A change that packages may have made, and when. */
export interface PackageQuery {
  /** Inside the root, by every name they have. */
  readonly paths: readonly string[];
  /** Between these times of the wall clock it was made. */
  readonly earliestMs: number;
  readonly latestMs: number;
}

/** Asks the package log of a root, for one change at a time: lists of packages may be long, and changes many. */
export class PackageQueries {
  readonly #root: string;
  readonly #clock: Clock;
  #last: Promise<unknown> = Promise.resolve();

  constructor(root: string, clock: Clock) {
    this.#root = root;
    this.#clock = clock;
  }

  /**
   * What the package log says of a change; asks again for up to five seconds after it where dpkg is at work, because a
   * new package's files are in place before they are listed.
   * @throws {Fault} Aborted, or what the signal was aborted with.
   */
  async find(
    { paths, earliestMs, latestMs }: PackageQuery,
    signal: AbortSignal,
  ): Promise<PackageFinding> {
    const span = { fromMs: earliestMs - LOGGED_BEFORE_MS, toMs: latestMs + LOGGED_AFTER_MS };
    for (;;) {
      const found = await this.#inTurn({ root: this.#root, paths, span }, signal);
      const isSettled = found.type !== "found" || found.attribution.evidence === "owner";
      if (isSettled || this.#clock.wallMs() + RETRY_MS > span.toMs) return found;
      await sleep(this.#clock, RETRY_MS, signal);
    }
  }

  #inTurn(question: PackageQuestion, signal: AbortSignal): Promise<PackageFinding> {
    const finding = this.#last.then(() => findPackage(question, signal));
    this.#last = finding.catch(() => undefined);
    return finding;
  }
}
