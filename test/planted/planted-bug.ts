/** One mistake that could be made in the production code, and what must notice it. */
export interface PlantedBug {
  /** What goes wrong. */
  readonly name: string;
  /** What it breaks: a promise of the engine, or an id of the exact behaviours. */
  readonly breaks: string;
  /** From the repository's root. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly from: string;
  readonly to: string;
  readonly foundBy: FoundBy;
}

/** What must notice a mistake. */
export type FoundBy =
  /** Random histories: one of the first so many seeds. */
  | { readonly type: "histories"; readonly within: number }
  /** Tests of their own, for races that random histories meet too seldom. */
  | { readonly type: "tests"; readonly files: readonly string[] };
