import type { Fault } from "../fault/fault.ts";

/** Marks a resource that nobody declares any more: its spec is the one that says it should not be there. */
export interface Removal {
  /** Why it stays for now; absent when it may go. */
  readonly refusal?: Fault;
}
