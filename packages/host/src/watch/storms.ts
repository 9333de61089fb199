import type { Clock } from "@holdfast/core";

/** So many events of one directory before the loop comes round again are a storm: whoever makes them is faster than us. */
const STORM_EVENTS = 4_096;
/** So many in a second are one too: to receive them takes a tenth of a core. Our own repairs make some 20,000. */
const STORM_RATE = 30_000;
const WINDOW_MS = 1_000;
/** The clock is asked once in so many events. */
const EVENTS_PER_QUESTION = 1_024;
/** For so long a directory is not listened to; twice as long each time, up to the cap. */
const REST_BASE_MS = 1_000;
const REST_CAP_MS = 30_000;
/** A directory that was listened to for so long without a storm rests briefly again. */
const CALM_AFTER_MS = 60_000;

interface Place {
  /** Events since the loop came round. */
  inTurn: number;
  /** Events since `windowMs`. */
  inWindow: number;
  windowMs: number;
  /** Storms without calm between them. */
  storms: number;
  /** When it was last listened to again. */
  sinceMs: number;
  /** Ends its rest; `undefined` while it is listened to. */
  cancel: (() => void) | undefined;
}

/**
 * Finds directories in which so much happens that to listen to them would leave the loop no turn: libuv reads events
 * until there are none. Such a directory rests, and is listened to again later.
 */
export class Storms<Directory extends object> implements Disposable {
  readonly #clock: Clock;
  readonly #onCalm: (directory: Directory) => void;
  /** Only of what had events lately. */
  readonly #places = new Map<Directory, Place>();
  #isTurnOpen = false;

  /** `onCalm` is called when a directory has rested. */
  constructor(clock: Clock, onCalm: (directory: Directory) => void) {
    this.#clock = clock;
    this.#onCalm = onCalm;
  }

  /** Counts an event. True when the directory is to rest from now on. */
  count(directory: Directory): boolean {
    const place = this.#placeOf(directory);
    if (place.cancel !== undefined) return false;
    place.inTurn += 1;
    place.inWindow += 1;
    const isStorm = place.inTurn >= STORM_EVENTS || this.#isTooFast(place);
    if (isStorm) this.#rest(directory, place);
    return isStorm;
  }

  isResting(directory: Directory): boolean {
    return this.#places.get(directory)?.cancel !== undefined;
  }

  [Symbol.dispose](): void {
    for (const { cancel } of this.#places.values()) cancel?.();
    this.#places.clear();
  }

  #placeOf(directory: Directory): Place {
    this.#openTurn();
    let place = this.#places.get(directory);
    if (place === undefined) {
      const nowMs = this.#clock.monotonicMs();
      const counts = { inTurn: 0, inWindow: 0, storms: 0 };
      place = { ...counts, windowMs: nowMs, sinceMs: nowMs, cancel: undefined };
      this.#places.set(directory, place);
    }
    return place;
  }

  #isTooFast(place: Place): boolean {
    if (place.inWindow % EVENTS_PER_QUESTION !== 0) return false;
    if (this.#clock.monotonicMs() - place.windowMs <= WINDOW_MS) {
      return place.inWindow >= STORM_RATE;
    }
    place.inWindow = 0;
    place.windowMs = this.#clock.monotonicMs();
    return false;
  }

  #openTurn(): void {
    if (this.#isTurnOpen) return;
    this.#isTurnOpen = true;
    setImmediate(() => {
      this.#isTurnOpen = false;
      const oldMs = this.#clock.monotonicMs() - WINDOW_MS;
      for (const [directory, place] of this.#places) {
        place.inTurn = 0;
        if (place.storms === 0 && place.windowMs < oldMs) this.#places.delete(directory);
      }
    });
  }

  #rest(directory: Directory, place: Place): void {
    const listenedMs = this.#clock.monotonicMs() - place.sinceMs;
    if (listenedMs >= CALM_AFTER_MS) place.storms = 0;
    const restMs = Math.min(REST_BASE_MS * 2 ** place.storms, REST_CAP_MS);
    place.storms = Math.min(place.storms + 1, 20);
    place.inTurn = 0;
    place.inWindow = 0;
    place.cancel = this.#clock.schedule(restMs, () => {
      place.cancel = undefined;
      place.sinceMs = this.#clock.monotonicMs();
      place.windowMs = place.sinceMs;
      this.#onCalm(directory);
    });
  }
}
