import assert from "node:assert/strict";
import { test } from "node:test";
import { plainText } from "../../output/text/line.ts";
import { whyLines } from "./why-lines.ts";

test("why: of what left the manifest it says in words that it is to be deleted, and of nothing else", () => {
  const account = { id: "file:/a", status: { type: "Failed", since: "now" } };
  const said = (more: { isRemoval?: boolean }): string =>
    whyLines({ ...account, ...more }, { isVerbose: false })
      .map(plainText)
      .join("\n");
  assert.match(
    said({ isRemoval: true }),
    /leaving +it is no longer declared, so it is to be deleted/,
  );
  assert.doesNotMatch(said({}), /no longer declared/);
});
