/** Closes a switch over a union: a missing case is a compile error, a value from outside the type an assertion. */
export function unreachable(value: never): never {
  throw new Error(`assertion failed: unexpected ${JSON.stringify(value)}`);
}

/** Asserts what must be true if our own code is right; on in production. It ends the task, never the process. */
export function assert(condition: unknown, message: string): asserts condition {
  if (condition !== true && !condition) throw new Error(`assertion failed: ${message}`);
}
