import assert from "node:assert/strict";

/** Waits for what other parts of this process do, turn by turn. */
export async function waitFor(isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 5_000;
  while (!isSo()) {
    assert.ok(performance.now() < endMs, "it does not come");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
