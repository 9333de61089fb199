import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { assert as mustBe, parseUnitName } from "@holdfast/core";
import fc from "fast-check";
import { dropInNames } from "./drop-in-names.ts";

function namesOf(name: string): readonly string[] {
  const unit = parseUnitName(name);
  mustBe(unit !== undefined, `${name} is no unit`);
  return dropInNames(unit);
}

suite("directories of drop-ins", () => {
  test("are found for every name, each once, with the unit's own first and its type's last", () => {
    const part = fc.stringMatching(/^[a-z-]{1,12}$/);
    fc.assert(
      fc.property(part, fc.option(fc.stringMatching(/^[a-z@-]{0,6}$/)), (prefix, instance) => {
        const name = `${prefix}${instance === null ? "" : `@${instance}`}.service`;
        const names = namesOf(name);
        assert.deepEqual([names[0], names.at(-1)], [`${name}.d`, "service.d"]);
        assert.equal(new Set(names).size, names.length);
      }),
    );
  });

  test("are those of the template and of shorter prefixes too, as systemd has them", () => {
    assert.deepEqual(namesOf("a-b-c.timer"), [
      "a-b-c.timer.d",
      "a-b-.timer.d",
      "a-.timer.d",
      "timer.d",
    ]);
    assert.deepEqual(namesOf("a-b@i-j.service"), [
      "a-b@i-j.service.d",
      "a-b@.service.d",
      "a-.service.d",
      "a-@i-j.service.d",
      "a-@.service.d",
      "service.d",
    ]);
  });
});
