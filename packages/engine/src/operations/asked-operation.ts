import type { Fault } from "@holdfast/core";

/** An operation that somebody asked for. */
export interface AskedOperation {
  readonly name: string;
  /** With a key it is done once, also across restarts of the agent. `undefined`: each time it is asked for. */
  readonly key: string | undefined;
  /** Takes how it ended. The first answer counts. */
  settle(end: OperationEnd): void;
}

/** How it ended. */
export type OperationEnd =
  | { readonly type: "done" | "repeated" }
  | { readonly type: "failed"; readonly fault: Fault };
