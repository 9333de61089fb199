import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import {
  bindVersionRule,
  chooseVersion,
  isAllowed,
  lackingVersion,
  managesVersion,
} from "./version-rule.ts";

/** Versions of two small numbers, and how they are compared. */
const version = fc
  .tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 }))
  .map(([major, minor]) => `${major}.${minor}`);
const compare = (a: string, b: string): number => Number(a) - Number(b);

const rule = fc
  .oneof(
    version.map((exact) => ({ version: exact })),
    fc.record(
      { version: fc.constantFrom("0.*", "1.*", "2.*"), minVersion: version, latest: fc.boolean() },
      { requiredKeys: [] },
    ),
  )
  .map((input) => bindVersionRule(input, assert.fail));
const offer = fc
  .uniqueArray(version, { maxLength: 6 })
  .chain((versions) =>
    fc.record({
      versions: fc.constant(versions),
      candidate: fc.constantFrom(...versions, undefined),
    }),
  )
  .map(({ versions, candidate }) => ({
    versions,
    providers: [],
    ...(candidate === undefined ? {} : { candidate }),
  }));

suite("which version is as declared", () => {
  test("the chosen version is allowed and offered: the candidate, or else the newest", () => {
    fc.assert(
      fc.property(rule, offer, (declared, offered) => {
        const allowed = offered.versions.filter((each) => isAllowed(declared, each, compare));
        const chosen = chooseVersion(declared, offered, compare);
        const { candidate = "" } = offered;
        if (allowed.length === 0) assert.equal(chosen, undefined);
        else if (allowed.includes(candidate)) assert.equal(chosen, candidate);
        else assert.equal(Math.max(...allowed.map(Number)), Number(chosen));
      }),
    );
  });

  test("what other tools write for a version, and is a state, is refused with what to write", () => {
    const refusalOf = (written: string) => {
      const said: string[] = [];
      bindVersionRule({ version: written }, (_field, _summary, detail) => said.push(detail));
      return said.join();
    };
    assert.equal(refusalOf("latest"), '"latest" is no version: write latest: true');
    assert.equal(refusalOf("Installed"), '"Installed" is no version: write state: present');
    assert.equal(refusalOf("absent"), '"absent" is no version: write state: absent');
    assert.equal(refusalOf("1.latest"), "");
  });

  test("a chosen version lacks nothing, and the latest never goes back", () => {
    fc.assert(
      fc.property(rule, offer, version, (declared, offered, installed) => {
        const there = { ...offered, versions: [...new Set([...offered.versions, installed])] };
        const chosen = chooseVersion(declared, there, compare);
        const lackingOf = (each: string): string | undefined =>
          lackingVersion(declared, { version: each, offer: there }, compare);
        if (chosen !== undefined) assert.equal(lackingOf(chosen), undefined);
        const isFine = isAllowed(declared, installed, compare);
        const isNewer = chosen !== undefined && compare(chosen, installed) > 0;
        const isLacking = !isFine || (declared.isLatest && isNewer);
        assert.equal(lackingOf(installed) !== undefined, isLacking);
      }),
    );
  });

  test("where no version is declared, every version is as declared", () => {
    const none = bindVersionRule({ latest: false }, assert.fail);
    assert.equal(managesVersion(none), false);
    const installed = { version: "1.0", offer: { candidate: "2.0", versions: [], providers: [] } };
    assert.equal(lackingVersion(none, installed, compare), undefined);
  });
});
