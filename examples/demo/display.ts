import assert from "node:assert/strict";
import type { Ended } from "../../test/testhost/test-host.ts";

/** Prints one step of the demo. */
export function step(name: string, text: string): void {
  console.log(`${name.padEnd(11)} ${text}`);
}

/** Prints a command and all that it printed, which must have ended with this code. */
export function showEnded(command: string, { code, output }: Ended, expectedCode: number): void {
  assert.equal(code, expectedCode, `exit code of ${command}\n${output}`);
  console.log(`$ ${command}`);
  console.log(output.trimEnd().replaceAll(/^/gm, "  "));
}
