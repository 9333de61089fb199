import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  carryOut,
  checkSimulated,
  type Operation,
  refuseSimulated,
  simulatedActor,
  type Start,
} from "@holdfast/testing";
import fc from "fast-check";
import { timezoneKind } from "./kind.ts";

const LINK = "/etc/localtime";
const FILE = "/etc/timezone";
const ZONES = "/usr/share/zoneinfo";
const BERLIN = "Europe/Berlin";

const timezone = (name = BERLIN) => ({ kind: timezoneKind, name, input: {} });
const machine =
  (...operations: readonly Operation[]): Start =>
  ({ kernel }) => {
    const actor = simulatedActor(kernel);
    const zone = { type: "write", path: `${ZONES}/${BERLIN}`, content: "TZif2" } as const;
    for (const operation of [{ type: "directory", path: "/etc" } as const, zone, ...operations]) {
      carryOut(operation, actor);
    }
  };

suite("timezone", () => {
  test("K10: a zone never leads out of the database", () => {
    const component = fc.constantFrom("..", ".", "", "Europe", "Berlin", ".hidden", "a\0", "a b");
    fc.assert(
      fc.property(fc.array(component, { minLength: 1, maxLength: 5 }), (components) => {
        const name = components.join("/");
        let mistakes = 0;
        const spec = timezoneKind.bind(name, {}, () => (mistakes += 1));
        const isInside = /^(?:Europe|Berlin)(?:\/(?:Europe|Berlin))*$/.test(name);
        assert.equal(mistakes, isInside ? 0 : 1, name);
        if (isInside) assert.equal(spec.zonePath, `${ZONES}/${name}`);
      }),
    );
  });

  test("K10: a zone that is not installed is refused with what to do, and not made UTC", async () => {
    const start = machine({ type: "symlink", path: LINK, target: `${ZONES}/Etc/UTC` });
    const fault = await refuseSimulated(timezone("Europe/Berlim"), start, "UnknownTimeZone");
    assert.match(fault.message, /\/usr\/share\/zoneinfo\/Europe\/Berlim/);
    assert.match(fault.resolution, /tzdata/);
    await refuseSimulated(timezone("Europe"), start, "UnknownTimeZone");
  });

  test("K10: the name beside the link is kept equal where it is there, and not made", async () => {
    const without = await checkSimulated(timezone(), machine(), [
      "localtime.state",
      "localtime.target",
    ]);
    assert.deepEqual(without.kernel.inspect.list("/etc"), ["localtime"]);
    const named = machine(
      { type: "symlink", path: LINK, target: `${ZONES}/${BERLIN}` },
      { type: "write", path: FILE, content: "Etc/UTC\n" },
    );
    const host = await checkSimulated(timezone(), named, ["timezone.content"]);
    assert.equal(host.kernel.inspect.text(FILE), `${BERLIN}\n`);
  });

  test("K10: the link of timedatectl, from where it is, is in sync", async () => {
    const target = `../usr/share/zoneinfo/${BERLIN}`;
    await checkSimulated(timezone(), machine({ type: "symlink", path: LINK, target }), []);
  });

  test("K10: a zone comes after the package that brings it", () => {
    const spec = timezoneKind.bind(BERLIN, {}, () => assert.fail());
    assert.deepEqual(timezoneKind.needs?.(spec), ["package:tzdata"]);
  });
});
