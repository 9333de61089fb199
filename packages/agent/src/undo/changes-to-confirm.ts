import type { Requester, UnconfirmedChange } from "@holdfast/core";

/** Changes that have not cut anything off, as a person says. */
export interface ChangesToConfirm {
  /** By their names; `undefined`: all. */
  readonly ops: readonly string[] | undefined;
  /** For the records; `undefined`: nobody knows. */
  readonly requester: Requester | undefined;
}

/** A change that was confirmed. */
export type ConfirmedChange = Pick<UnconfirmedChange, "id" | "op">;
