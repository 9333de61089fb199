/** Asserts what must be true if our own code is right; on in production. */
export function assert(condition: unknown, message: string): asserts condition {
  if (condition !== true && !condition) throw new Error(`assertion failed: ${message}`);
}

/** Closes a switch over a union: a missing case is a compile error, a value from outside an assertion. */
export function unreachable(value: never): never {
  throw new Error(`assertion failed: unexpected ${JSON.stringify(value)}`);
}
