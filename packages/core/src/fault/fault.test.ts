import assert from "node:assert/strict";
import { test } from "node:test";
import { abortFault, Fault, throwIfAborted, toFault } from "./fault.ts";

const timeout = new Fault({ reason: "ResourceTimeout", message: "too slow", resolution: "wait" });

test("a Fault stays itself; whatever else is thrown becomes Internal and keeps what it said", () => {
  assert.equal(toFault(timeout), timeout);
  const cases = [
    [new TypeError("x is not a function"), "unexpected error: x is not a function"],
    ["no more", "unexpected error: no more"],
    [undefined, "unexpected error: undefined"],
  ] as const;
  for (const [thrown, message] of cases) {
    const fault = toFault(thrown);
    assert.equal(fault.reason, "Internal");
    assert.equal(fault.message, message);
    assert.equal(fault.cause, thrown);
  }
});

test("an abort stands for the Fault it was given, so that a deadline is not taken for a wish of the caller", () => {
  const late = new AbortController();
  throwIfAborted(late.signal);
  late.abort(timeout);
  assert.throws(() => throwIfAborted(late.signal), timeout);
  const asked = new AbortController();
  asked.abort();
  const fault = abortFault(asked.signal);
  assert.equal(fault.reason, "Aborted");
  assert.equal(fault.cause, asked.signal.reason);
});

test("as data a fault has neither stack nor cause", () => {
  assert.deepEqual(JSON.parse(JSON.stringify(toFault(new Error("x")))), {
    reason: "Internal",
    message: "unexpected error: x",
    resolution: "Report this with the output of the same command and --verbose.",
    retry: "backoff",
  });
});

test("the words of a fault can be shown, whatever bytes the names in them have", () => {
  const fault = new Fault({
    reason: "HostFailed",
    message: "cannot read /srv/caf\udce9: no",
    resolution: "Rename caf\udce9 or \ud83d.",
  });
  assert.equal(fault.message, "cannot read /srv/caf\\xe9: no");
  assert.equal(fault.resolution, "Rename caf\\xe9 or \uFFFD.");
});
