import type { Requester, UndoSelector } from "@holdfast/core";

/** What somebody wants undone, and whether it is to be done or only shown. */
export interface UndoRequest {
  readonly selector: UndoSelector;
  /** What cannot be undone is left as it is, and the rest is undone. Default: then nothing is. */
  readonly isPartial?: boolean;
  /** For the records. Default: nobody knows. */
  readonly requester?: Requester;
}
