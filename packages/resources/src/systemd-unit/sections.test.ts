import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { accountsInText, pathsInText } from "./needs.ts";
import { checkSections, sectionsText } from "./sections.ts";

const word = fc.stringMatching(/^[A-Z][A-Za-z]{0,8}$/);
const value = fc.stringMatching(/^[!-Z^-~][ -Z^-~]{0,8}$/).map((text) => text.trim());
const sections = fc.dictionary(word, fc.dictionary(word, fc.oneof(value, fc.array(value))));

/** Assignments by section, as systemd reads them. */
function parse(text: string): readonly string[] {
  let section = "";
  return text.split("\n").flatMap((line) => {
    const name = /^\[(.+)\]$/.exec(line)?.[1];
    if (name !== undefined) section = name;
    return name !== undefined || line === "" ? [] : [`${section}.${line}`];
  });
}

function mistakesOf(input: Parameters<typeof checkSections>[0]): readonly string[] {
  const mistakes: string[] = [];
  checkSections(input, (path, summary) => mistakes.push(`${path}: ${summary}`));
  return mistakes;
}

suite("sections of a unit", () => {
  test("are read as they were written: in their order, each item of a list by itself", () => {
    fc.assert(
      fc.property(sections, (input) => {
        const expected = Object.entries(input).flatMap(([section, keys]) =>
          Object.entries(keys).flatMap(([key, given]) =>
            [given].flat().map((one) => `${section}.${key}=${one}`),
          ),
        );
        assert.deepEqual(mistakesOf(input), []);
        assert.deepEqual(parse(sectionsText(input)), expected);
      }),
    );
  });

  test("have yes and no for what is true and false, and an empty value to begin a list anew", () => {
    const text = sectionsText({
      Service: { RemainAfterExit: true, ExecStart: ["", "/bin/a %i"], Nice: 5 },
      Install: { WantedBy: "a.target" },
    });
    const service = "[Service]\nRemainAfterExit=yes\nExecStart=\nExecStart=/bin/a %i\nNice=5\n";
    assert.equal(text, `${service}\n[Install]\nWantedBy=a.target\n`);
  });

  test("that would be read as something else are mistakes", () => {
    assert.deepEqual(mistakesOf({ "Service]\n[X": {} }), [
      "sections.Service]\n[X: not the name of a section",
    ]);
    assert.deepEqual(mistakesOf({ Service: { "User=root\nX": "a" } }), [
      "sections.Service.User=root\nX: not the name of a setting",
    ]);
    for (const broken of ["a\nUser=root", "a\\", "a\0", "a\rb"]) {
      const expected = ["sections.Service.ExecStart: more than one line"];
      assert.deepEqual(mistakesOf({ Service: { ExecStart: ["x", broken] } }), expected);
    }
  });

  test("name what must be there first", () => {
    const text = [
      "[Service]",
      "User=app",
      "Group=%i",
      "ExecStart=-+/opt/app/bin --user=x",
      "EnvironmentFile=-/etc/app.env",
      "WorkingDirectory=~",
      "#User=nobody",
    ].join("\n");
    assert.deepEqual(accountsInText(text), ["user:app"]);
    assert.deepEqual(pathsInText(text), ["path:/opt/app/bin", "path:/etc/app.env"]);
    assert.deepEqual(accountsInText(`${text}\nDynamicUser=yes`), []);
  });
});
