import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  type Behaviour,
  carryOut,
  checkSimulated,
  type Operation,
  refuseSimulated,
  simulatedActor,
  type Start,
} from "@holdfast/testing";
import fc from "fast-check";
import { localeKind } from "./kind.ts";
import { comparableLocale } from "./locale-name.ts";
import { type LocaleInput, localeText, parseLocaleText } from "./spec.ts";

const CONF = "/etc/locale.conf";
const DEFAULT = "/etc/default/locale";
const LOCALE_GEN = "/etc/locale.gen";
const GERMAN = "de_DE.UTF-8";
const MADE = ["state", "content", "mode", "owner", "group"].map((name) => `conf.${name}`);

const locale = (input: LocaleInput = {}, name = GERMAN) => ({ kind: localeKind, name, input });
const machine =
  (operations: readonly Operation[], localedef: Behaviour | "missing" = "missing"): Start =>
  ({ kernel, commands }) => {
    const actor = simulatedActor(kernel);
    for (const path of ["/etc/default", "/usr/lib/locale"]) {
      carryOut({ type: "directory", path }, actor);
    }
    for (const operation of operations) carryOut(operation, actor);
    commands.programs.set("localedef", localedef);
  };
const german: Operation = { type: "directory", path: "/usr/lib/locale/de_DE.utf8" };
/** Makes what it is asked for, as the real one does in a directory. */
const works: Behaviour = ({ argv }, kernel) => {
  kernel.tamper.makeDirectory(`/usr/lib/locale/${comparableLocale(argv.at(-1) ?? "")}`);
  return {};
};

suite("locale", () => {
  test("K10: a rendered text is read back, whatever the variables", () => {
    const value = fc.constantFrom("C", "POSIX", GERMAN, "ca_ES.UTF-8@valencia");
    const category = fc.constantFrom("LC_TIME", "LC_MESSAGES", "LC_COLLATE");
    const variables = fc.dictionary(category, value, { minKeys: 1, noNullPrototype: true });
    fc.assert(
      fc.property(value, variables, (lang, declared) => {
        const text = localeText({ lang, variables: declared });
        assert.deepEqual(parseLocaleText(text), { lang, variables: declared });
        for (const line of text.split("\n").slice(1, -1)) {
          assert.match(line, /^(?:LANG|LC_[A-Z]+)=[\w.@-]+$/);
        }
      }),
    );
  });

  test("K10: names of one locale are compared as the C library does, again and again", () => {
    const charset = fc.constantFrom("UTF-8", "utf8", "Utf-8", "ISO-8859-1", "iso88591", "88591");
    fc.assert(
      fc.property(charset, fc.constantFrom("", "@euro"), (set, modifier) => {
        const name = comparableLocale(`de_DE.${set}${modifier}`);
        assert.match(name, /^de_DE\.(?:utf8|iso88591)(?:@euro)?$/);
        assert.equal(comparableLocale(name), name);
      }),
    );
  });

  test("K10: LC_ALL, what is no category, and what is no name are mistakes", () => {
    for (const variables of [{ LC_ALL: "C" }, { LANG: "C" }, { LC_TIME: "C\nLC_ALL=C" }]) {
      const [field = ""] = Object.keys(variables);
      assert.deepEqual(mistakesOf({ variables: { ...variables } }), [`variables.${field}`]);
    }
    for (const lang of ["", "../x", "de DE", "$(id)", "a".repeat(65)]) {
      assert.deepEqual(mistakesOf({ lang }), ["lang"]);
    }
    assert.deepEqual(mistakesOf({ lang: "de_DE.ISO-8859-1", generate: true }), ["generate"]);
    assert.deepEqual(mistakesOf({ lang: "C", generate: true }), []);
  });

  test("K10: Debian's file is kept equal on a Debian, and through its link; elsewhere there is none", async () => {
    const elsewhere = await checkSimulated(locale(), machine([german]), MADE);
    assert.deepEqual(elsewhere.kernel.inspect.list("/etc/default"), []);
    const version: Operation = { type: "write", path: "/etc/debian_version", content: "12.9\n" };
    const both = [...MADE, ...MADE.map((path) => path.replace("conf", "default"))];
    const debian = await checkSimulated(locale(), machine([german, version]), both);
    const text = localeText({ lang: GERMAN, variables: {} });
    assert.equal(debian.kernel.inspect.text(DEFAULT), text);
    const link: Operation = { type: "symlink", path: DEFAULT, target: "../locale.conf" };
    const later = await checkSimulated(locale(), machine([german, version, link]), both);
    assert.equal(later.kernel.inspect.linkTarget(DEFAULT), "../locale.conf");
    assert.equal(later.kernel.inspect.text(CONF), text);
  });

  test("K10: a locale that is not generated is refused with how to bring it, C never", async () => {
    const fault = await refuseSimulated(locale(), machine([]), "UnknownLocale");
    assert.match(fault.message, /de_DE\.UTF-8/);
    assert.match(fault.resolution, /generate: true.*package locales/);
    for (const name of ["C", "POSIX", "C.UTF-8"]) {
      await checkSimulated(locale({}, name), machine([]), MADE);
    }
  });

  test("K10: a missing locale is generated first, and Debian is to generate it again", async () => {
    const list: Operation = {
      type: "write",
      path: LOCALE_GEN,
      content: "# a list\n# de_DE ISO-8859-1\n# de_DE.UTF-8 UTF-8\nen_US.UTF-8 UTF-8\n",
    };
    const generated = locale({ variables: { LC_TIME: "C" }, generate: true });
    const changes = ["generated", "localeGen", ...MADE];
    const host = await checkSimulated(generated, machine([list], works), changes);
    const [run, ...more] = host.commands.runs.map(({ argv }) => argv.join(" "));
    assert.equal(run, "localedef -i de_DE -c -f UTF-8 de_DE.UTF-8");
    assert.deepEqual(more, []);
    assert.equal(
      host.kernel.inspect.text(LOCALE_GEN),
      "# a list\n# de_DE ISO-8859-1\nde_DE.UTF-8 UTF-8\nen_US.UTF-8 UTF-8\n",
    );
    await checkSimulated(generated, machine([], works), ["generated", ...MADE]);
  });

  test("K10: a program that fails, or says nothing and makes nothing, sets nothing", async () => {
    const fails: Behaviour = () => ({ exitCode: 4, stderr: "cannot open locale definition file" });
    for (const behaviour of [fails, () => ({})]) {
      const start = machine([], behaviour);
      await refuseSimulated(locale({ generate: true }), start, "UnknownLocale");
    }
    await refuseSimulated(locale({ generate: true }), machine([]), "CommandNotFound");
  });
});

function mistakesOf(input: LocaleInput): readonly string[] {
  const fields: string[] = [];
  localeKind.bind(GERMAN, input, (field) => fields.push(field));
  return fields;
}
