/** The reason for an observation (D3). A hint is harmless when lost or doubled. */
export type HintKind =
  | "watch"
  | "poll"
  | "retry"
  | "condition"
  | "dependency"
  | "operator"
  | "generation";

/** One reason to observe a resource. */
export interface Hint {
  readonly kind: HintKind;
  /** The trigger, for people: a watch's word or the kind of the hint. */
  readonly trigger: string;
  /** When, monotonic milliseconds. */
  readonly atMs: number;
  /** The engine's logical time when it came; a snapshot older than this is too old. */
  readonly stamp: number;
}

/** Every hint that asked for one run. */
export interface HintSet {
  readonly kinds: ReadonlySet<HintKind>;
  /** The trigger of the first of them. */
  readonly trigger: string;
  /** When the first of them came. */
  readonly firstAtMs: number;
  /** The newest of their stamps. */
  readonly stamp: number;
}

/** Shared, because every resource keeps what asked for its last run, and mostly that was one hint. */
const ALONE: Readonly<Record<HintKind, ReadonlySet<HintKind>>> = {
  watch: new Set(["watch"]),
  poll: new Set(["poll"]),
  retry: new Set(["retry"]),
  condition: new Set(["condition"]),
  dependency: new Set(["dependency"]),
  operator: new Set(["operator"]),
  generation: new Set(["generation"]),
};

/** Joins hints: kinds add up, the first word and time stay, the newest stamp counts. */
export function mergeHint(set: HintSet | undefined, hint: Hint): HintSet {
  if (set === undefined) {
    return {
      kinds: ALONE[hint.kind],
      trigger: hint.trigger,
      firstAtMs: hint.atMs,
      stamp: hint.stamp,
    };
  }
  const kinds = set.kinds.has(hint.kind) ? set.kinds : new Set([...set.kinds, hint.kind]);
  return { ...set, kinds, stamp: Math.max(set.stamp, hint.stamp) };
}

/** What asked for two runs that become one; `earlier` is older than `later`. */
export function joinHints(earlier: HintSet, later: HintSet): HintSet {
  const kinds = new Set([...earlier.kinds, ...later.kinds]);
  return { ...earlier, kinds, stamp: Math.max(earlier.stamp, later.stamp) };
}

/** The set as single hints again, so that it can be queued later with nothing lost. */
export function hintsOf(set: HintSet): Hint[] {
  return [...set.kinds].map((kind) => ({
    kind,
    trigger: set.trigger,
    atMs: set.firstAtMs,
    stamp: set.stamp,
  }));
}
