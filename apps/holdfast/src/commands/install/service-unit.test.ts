import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@holdfast/core";
import { sha256 } from "@holdfast/host";
import fc from "fast-check";
import { quoteWord } from "./quote-word.ts";
import { isOurs, serviceUnit } from "./service-unit.ts";

const OPTIONS = {
  program: ["/usr/bin/node", "/usr/local/lib/holdfast/bin/holdfast.js"],
  source: "/etc/holdfast",
  serveOptions: [],
  version: "1.2.3",
  hash: sha256,
};

test("unit: it is known as ours until a single character of it is changed", () => {
  const unit = serviceUnit(OPTIONS);
  assert.ok(isOurs(unit, sha256));
  fc.assert(
    fc.property(fc.nat(unit.length - 1), fc.constantFrom("", "x", "\n"), (at, other) => {
      fc.pre(unit[at] !== other);
      assert.ok(!isOurs(unit.slice(0, at) + other + unit.slice(at + 1), sha256));
    }),
  );
  for (const foreign of ["", "\n", "[Unit]\n", unit.slice(0, 60)]) {
    assert.ok(!isOurs(foreign, sha256), foreign);
  }
});

test("unit: another source, program, option or version is another unit", () => {
  const others = [
    { source: "/srv/site.ts" },
    { program: ["/opt/node", "/opt/holdfast.js"] },
    { serveOptions: ["--mode", "detect"] },
    { version: "1.2.4" },
  ];
  const units = [{}, ...others].map((other) => serviceUnit({ ...OPTIONS, ...other }));
  assert.equal(new Set(units).size, units.length);
  assert.match(units[3] ?? "", /^ExecStart=:.* "serve" .*"--mode" "detect" "\/etc\/holdfast"$/m);
});

test("unit: a word comes back as it was from the quotes, escapes and specifiers of systemd", () => {
  const words = fc.string({ unit: "grapheme" }).filter((word) => !/\p{Cc}/u.test(word));
  fc.assert(fc.property(words, (word) => assert.equal(unquoted(quoteWord(word)), word)));
  assert.equal(quoteWord(String.raw`a %n "b" \ $C 'd'`), String.raw`"a %%n \"b\" \\ $C 'd'"`);
});

test("unit: a word that no line can hold is refused", () => {
  for (const word of ["a\nExecStartPre=/bin/evil", "a\tb", "\0", "\u007f"]) {
    assert.throws(
      () => quoteWord(word),
      (error) => error instanceof Fault && error.reason === "InputInvalid",
    );
  }
});

/** Reads a quoted word as systemd.syntax(7) says. */
function unquoted(text: string): string {
  assert.match(text, /^"(?:[^"\\]|\\["\\])*"$/u);
  const inner = text.slice(1, -1).replaceAll(/\\(.)/gu, "$1");
  assert.doesNotMatch(inner.replaceAll("%%", ""), /%/u);
  return inner.replaceAll("%%", "%");
}
