import assert from "node:assert/strict";
import { test } from "node:test";
import { controlSocketPath, controlSocketPaths, isTooLongForSocket } from "./socket-path.ts";

const SHARED = "/run/holdfast/control.sock";
const OWN = "/run/user/7/holdfast/control.sock";
const environment = { XDG_RUNTIME_DIR: "/run/user/7" };

test("design 10: the socket is under the root, and a user's own without rights on /", () => {
  assert.equal(controlSocketPath({ root: "/", userId: 0, environment }), SHARED);
  assert.equal(controlSocketPath({ root: "/", userId: undefined, environment }), SHARED);
  assert.equal(controlSocketPath({ root: "/box", userId: 7, environment }), `/box${SHARED}`);
  assert.equal(controlSocketPath({ root: "/", userId: 7, environment }), OWN);
  for (const XDG_RUNTIME_DIR of [undefined, "", "relative"]) {
    const place = { root: "/", userId: 7, environment: { XDG_RUNTIME_DIR } };
    assert.equal(controlSocketPath(place), undefined);
  }
});

test("design 10: a user without rights asks at its own agent first, then at the machine's", () => {
  assert.deepEqual(controlSocketPaths({ root: "/", userId: 7, environment }), [OWN, SHARED]);
  assert.deepEqual(controlSocketPaths({ root: "/", userId: 0, environment }), [SHARED]);
});

test("a path for a socket is measured in bytes", () => {
  assert.equal(isTooLongForSocket(`/${"x".repeat(102)}`), false);
  assert.equal(isTooLongForSocket(`/${"x".repeat(103)}`), true);
  assert.equal(isTooLongForSocket(`/${"é".repeat(52)}`), true);
});
