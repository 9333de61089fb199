import type { Fault } from "./fault/fault.ts";

/** The result of an observation. Unknown never mutates and never deletes. */
export type Observation<T> =
  | { readonly type: "present"; readonly value: T }
  | { readonly type: "absent" }
  | { readonly type: "unknown"; readonly fault: Fault };

/** It is there. */
export function present<T>(value: T): Observation<T> {
  return { type: "present", value };
}

/** It is not there, and that is certain. */
export const ABSENT: Observation<never> = { type: "absent" };

/** It could not be observed. */
export function unknown(fault: Fault): Observation<never> {
  return { type: "unknown", fault };
}
