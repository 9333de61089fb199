/** One call of the fake kind, for laws about what happened when. */
export interface FakeCall {
  readonly atMs: number;
  readonly verb:
    | "observe"
    | "snapshot"
    | "apply"
    | "apply-ends"
    | "apply-fails"
    | "batch"
    | "refresh"
    | "operate"
    | "operate-ends"
    | "recover";
  readonly name: string;
}

/** What a call should do instead of working. */
export type Trouble =
  | "fail"
  /** Fails with a fault that waits for a person. */
  | "fail-for-good"
  | "unknown"
  | "throw"
  /** Until its signal is aborted. */
  | "hang"
  /** Whatever its signal says, until `letGo`. */
  | "hang-for-ever"
  | "no-effect";
