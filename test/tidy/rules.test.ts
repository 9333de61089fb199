import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createRepository } from "./repository.ts";
import { RULES } from "./rules.ts";

/** A package that can be published. */
const CORE = {
  name: "@holdfast/core",
  license: "Apache-2.0",
  repository: {
    type: "git",
    url: "git+https://github.com/holdfast/holdfast.git",
    directory: "packages/core",
  },
  engines: { node: ">=24" },
  files: ["dist", "src", "!src/**/*.test.ts", "!src/**/testing"],
  publishConfig: { access: "public" },
  scripts: { prepack: "node --conditions=@holdfast/source ../../scripts/build-packages.ts" },
};

/** Packages that every planted repository has. */
const PACKAGES = {
  "package.json": `{ "devDependencies": { "esbuild": "1" } }`,
  "scripts/build.ts": `import { build } from "esbuild";\nawait build();\n`,
  "packages/core/package.json": JSON.stringify(CORE),
  "packages/core/src/index.ts": `/** Core. */\nexport { a } from "./a.ts";\n`,
  "packages/core/src/a.ts": `/** A. */\nexport const a = 1;\n`,
  "README.md": "# Holdfast\n",
  "ARCHITECTURE.md": "",
  "STYLE.md": "",
  "CHANGELOG.md": "",
};

/** What the rule says of a repository with these files planted in it, as `path:line message`. */
function check(rule: string, planted: Readonly<Record<string, string>>, expected: RegExp): void {
  const texts = new Map(Object.entries({ ...PACKAGES, ...planted }));
  const found = RULES.find(({ name }) => name === rule);
  assert.ok(found, `there is no rule "${rule}"`);
  const clean = found.check(createRepository(new Map(Object.entries(PACKAGES))));
  assert.deepEqual(clean, [], "the repository without the planted files is clean");
  const messages = found
    .check(createRepository(texts))
    .map(({ path, line, message }) => `${path}:${line} ${message}`);
  assert.match(messages.join("\n"), expected);
}

/** That the rule has nothing against a repository with these files in it. */
function accept(rule: string, planted: Readonly<Record<string, string>>): void {
  const found = RULES.find(({ name }) => name === rule);
  const texts = new Map(Object.entries({ ...PACKAGES, ...planted }));
  assert.deepEqual(found?.check(createRepository(texts)), []);
}

suite("imports", () => {
  const table = "imports follow the table of packages";
  const engine = { "packages/engine/package.json": `{ "name": "@holdfast/engine" }` };
  const host = { "packages/host/package.json": `{ "name": "@holdfast/host" }` };

  test("a library that imports another is caught", () => {
    const file = { "packages/engine/src/x.ts": `import type { H } from "@holdfast/host";\n` };
    check(
      table,
      { ...engine, ...host, ...file },
      /engine\/src\/x\.ts:1 engine may not import host/,
    );
  });
  test("a library that imports core is fine, and testing may import host", () => {
    accept(table, {
      ...engine,
      ...host,
      "packages/testing/package.json": `{ "name": "@holdfast/testing" }`,
      "packages/engine/src/x.ts": `import { a } from "@holdfast/core";\n`,
      "packages/testing/src/x.ts": `import { a } from "@holdfast/host";\n`,
    });
  });
  test("core that imports node is caught, a test of core that does is fine", () => {
    const planted = `\nimport fs from "node:fs";\n`;
    check(table, { "packages/core/src/x.ts": planted }, /x\.ts:2 core may not import node:fs/);
    accept(table, { "packages/core/src/x.test.ts": planted });
  });
  test("testing is for tests", () => {
    const testing = { "packages/testing/package.json": `{ "name": "@holdfast/testing" }` };
    const text = `import { s } from "@holdfast/testing";\n`;
    check(table, { ...testing, "packages/core/src/x.ts": text }, /only tests/);
    accept(table, { ...testing, "packages/core/src/x.test.ts": text });
  });
  test("code that tests share may use testing, and only tests may use it", () => {
    const testing = { "packages/testing/package.json": `{ "name": "@holdfast/testing" }` };
    const shared = { "packages/core/src/testing/x.ts": `import { s } from "@holdfast/testing";\n` };
    const importer = `import { x } from "./testing/x.ts";\n`;
    accept(table, { ...testing, ...shared, "packages/core/src/x.test.ts": importer });
    check(table, { ...testing, ...shared, "packages/core/src/y.ts": importer }, /is for tests/);
  });
  test("an app that is imported is caught, an example that does is fine", () => {
    const app = { "apps/holdfast/package.json": `{ "name": "holdfast" }` };
    const text = `import { b } from "holdfast";\n`;
    check(table, { ...app, "bench/x.ts": text }, /bench\/x\.ts:1 imports the app holdfast/);
    accept(table, { ...app, "examples/x.ts": text });
  });
  test("hub and agent that know each other are caught", () => {
    const agent = { "packages/agent/package.json": `{ "name": "@holdfast/agent" }` };
    const hub = { "packages/hub/package.json": `{ "name": "@holdfast/hub" }` };
    const file = { "packages/hub/src/x.ts": `export { x } from "@holdfast/agent";\n` };
    check(table, { ...agent, ...hub, ...file }, /hub may not import agent/);
  });
  test("a path into another package is caught", () => {
    const file = { "packages/engine/src/x.ts": `import { a } from "../../core/src/a.ts";\n` };
    check(table, { ...engine, ...file }, /leaves its package/);
    check(
      table,
      { "bench/x.ts": `import { a } from "../packages/core/src/a.ts";\n` },
      /reaches into/,
    );
  });
  test("a cycle of types is caught with its path", () => {
    check(
      "no import cycles, types included",
      {
        "packages/core/src/b.ts": `import type { C } from "./c.ts";\n`,
        "packages/core/src/c.ts": `import type { B } from "./b.ts";\n`,
      },
      /b\.ts → .*c\.ts → .*b\.ts/,
    );
  });
  test("folders that import each other are caught", () => {
    check(
      "no two folders import each other",
      {
        "packages/core/src/plan/p.ts": `import type { C } from "../gate/c.ts";\n`,
        "packages/core/src/gate/g.ts": `import type { B } from "../plan/b.ts";\n`,
      },
      /imports packages\/core\/src\/\w+ and packages\/core\/src\/\w+ imports/,
    );
  });
  test("an undeclared dependency is caught", () => {
    const file = { "packages/core/src/x.ts": `const z = await import("zod/mini");\n` };
    check("every import is a declared dependency", file, /zod is not declared/);
  });
  test("a package that lacks what npm publishes is caught", () => {
    const planted = { "packages/core/package.json": JSON.stringify({ ...CORE, files: ["dist"] }) };
    check("every package can be published", planted, /files must be \["dist","src",/);
  });
  test("an unused dependency is caught", () => {
    const declared = `{ "name": "@holdfast/core", "dependencies": { "zod": "1" } }`;
    const file = { "packages/core/package.json": declared };
    check("every declared dependency is imported", file, /zod is declared but nobody imports/);
  });
});

suite("purity", () => {
  const rule = "core, engine, ledger and resources use no clock, timer, chance or network";

  for (const use of ["new Date()", "setTimeout(a, 1)", "performance.now()", "Math.random()"]) {
    test(`${use} in core is caught`, () => {
      check(
        rule,
        { "packages/core/src/x.ts": `\n\nconst x = ${use};\n` },
        /x\.ts:3 .* not for this/,
      );
    });
  }
  for (const use of ["AbortSignal.timeout(1)", "fetch('x')", "process.env", "{ ...process }"]) {
    test(`${use} in core is seen`, () => {
      check(rule, { "packages/core/src/x.ts": `const x = ${use};\n` }, /not for this package/);
    });
  }
  test("members and parameters of those names are fine", () => {
    accept(rule, {
      "packages/core/src/x.ts": `export function f(fetch: () => void, a: { process: 1 }) { fetch(); return a.process; }\n`,
      "packages/core/src/y.test.ts": "new Date();\n",
    });
  });
});

suite("sizes", () => {
  const lines = (count: number): string => "// x\n".repeat(count);

  test("a file over 400 lines is caught, whatever it says", () => {
    const text = `// Long because: it is.\n${lines(400)}`;
    check("files are short", { "packages/core/src/x.ts": text }, /401 lines, at most 400/);
    const index = `// Long because: it is a list.\n${lines(600)}`;
    check("files are short", { "packages/core/src/index.ts": index }, /601 lines, at most 600/);
  });
  test("a file over 250 lines without a reason is caught, one with a reason is fine", () => {
    check("files are short", { "packages/core/src/x.ts": lines(251) }, /Long because/);
    const text = `// Long because: a table of codes.\nconst a = 1;\n${lines(260)}`;
    accept("files are short", { "packages/core/src/x.ts": text });
  });
  test("a test file over 600 lines is caught", () => {
    check("files are short", { "test/x.test.ts": lines(601) }, /601 lines, at most 600/);
    accept("files are short", { "test/x.test.ts": lines(600) });
  });
  test("a function over 60 lines is caught", () => {
    const text = `const f = () => {\n${lines(59)}};\n`;
    check(
      "functions are short",
      { "packages/core/src/x.ts": text },
      /x\.ts:1 function of 61 lines/,
    );
  });
  test("a suite is as long as its tests", () => {
    const text = `suite("x", () => {\n${lines(100)}});\n`;
    accept("functions are short", { "packages/core/src/x.test.ts": text });
    const laws = `export function laws() {\n  test("a", f);\n${lines(100)}}\n`;
    accept("functions are short", { "packages/core/src/x.ts": laws });
  });
  test("a fourth level of branches is caught, else-if is not a level", () => {
    const rule = "control flow nests at most three deep";
    const deep = "if (a) for (;;) while (b) if (c) d();\n";
    check(rule, { "scripts/x.ts": deep }, /x\.ts:1 nested 4 deep/);
    accept(rule, {
      "scripts/x.ts": "if (a) b(); else if (c) d(); else if (e) f(); else if (g) h();\n",
    });
    accept(rule, {
      "scripts/x.ts": "if (a) for (;;) while (b) list.map((x) => { if (x) y(); });\n",
    });
  });
  test("a folder of sixteen files is caught", () => {
    const paths = Array.from({ length: 16 }, (_, index) => `packages/core/src/b/x${index}.ts`);
    const planted = Object.fromEntries(paths.map((path): [string, string] => [path, ""]));
    check("folders hold at most fifteen source files", planted, /b:1 16 source files/);
  });
});

suite("names", () => {
  const files = "file names say what is inside";
  const words = "names use the words of the glossary, without abbreviations";

  for (const path of ["queueThing.ts", "types.ts", "lib/x.ts", "Queue.ts", "utils.test.ts"]) {
    test(`a file ${path} is caught`, () => {
      check(files, { [`packages/core/src/${path}`]: "" }, /kebab-case|says nothing/);
    });
  }
  for (const text of ["class LaneManager {}", "const eventHandler = 1;", "function f(ctx) {}"]) {
    test(`${text} is caught`, () => {
      check(
        words,
        { "packages/core/src/x.ts": `${text}\n` },
        /x\.ts:1 "(?:manager|handler|ctx)" in/,
      );
    });
  }
  test("a member is a name too, the use of another's is not", () => {
    check(
      words,
      { "scripts/x.ts": "interface A { readonly opts: string }\n" },
      /"opts" in opts: options/,
    );
    accept(words, { "scripts/x.ts": "const context = canvas.ctx;\n" });
  });
});

suite("prose", () => {
  const rule = "comments and pages use plain words";
  const path = "packages/host/src/x.ts";

  for (const words of ["is told", "goes Unheard", "a trial", "rehearsed", "deeds", "looks at"]) {
    test(`"${words}" in a comment and in a page is caught`, () => {
      check(rule, { [path]: `\n/** It ${words} it. */\n` }, /x\.ts:2 ".+": write \w+/);
      check(rule, { "docs/x.md": `# X\n\nIt ${words} it.\n` }, /docs\/x\.md:3 ".+": write \w+/);
    });
  }
  test("a phrase over the end of a line is caught, where it begins", () => {
    const text = "/**\n * It ends without\n * a word.\n */\n";
    check(rule, { [path]: text }, /x\.ts:2 "without a word": write silently/);
  });
  test("code, quotes and folders that are not covered are fine", () => {
    accept(rule, {
      [path]: `/** It prints \`told\`. */\nconst text = "told";\n`,
      "docs/x.md": "It prints `a trial`:\n\n```console\nlook at it\n```\n",
      "elsewhere/x.ts": "// It was told.\n",
    });
  });
});

suite("exports", () => {
  test("a star and a default are caught", () => {
    const rule = "exports are named, never * and never default";
    check(rule, { "scripts/x.ts": `export * from "./y.ts";\n` }, /export \*: list the names/);
    check(rule, { "scripts/x.ts": "export default 1;\n" }, /default export: give it a name/);
    accept(rule, { "examples/x.ts": "export default 1;\n" });
  });
  test("an inner barrel, code in an index and a missing index are caught", () => {
    const rule = "a package has one index.ts, an explicit list with a head comment";
    check(rule, { "packages/core/src/plan/index.ts": "" }, /inner barrel/);
    check(
      rule,
      { "packages/core/src/index.ts": "/** X. */\nexport const a = 1;\n" },
      /only re-exports/,
    );
    check(
      rule,
      { "packages/core/src/index.ts": `export { a } from "./a.ts";\n` },
      /no head comment/,
    );
    check(rule, { "packages/x/package.json": "{}" }, /x\/src\/index\.ts:1 is missing/);
  });
  test("a name that does not exist is caught", () => {
    const text = `/** X. */\nexport { a, type B } from "./a.ts";\n`;
    check(
      "every name an index.ts promises exists",
      { "packages/core/src/index.ts": text },
      /B is not exported by/,
    );
  });
  test("an export without a doc comment is caught, an overload is not", () => {
    const rule = "every export has a doc comment";
    check(
      rule,
      { "scripts/x.ts": "// x\nexport function f() {}\n" },
      /x\.ts:2 f has no doc comment/,
    );
    accept(rule, {
      "scripts/x.ts": "/** F. */\nexport function f(): 1;\nexport function f() {}\n",
    });
  });
});

suite("escapes", () => {
  const rule = "nothing escapes the type checker";
  const planted = [
    "const a: any = 1;",
    "a!.b();",
    "enum A { B }",
    "// @ts-expect-error",
    "// oxlint-disable-next-line no-console",
  ];

  for (const text of planted) {
    test(`${text} is caught`, () => {
      check(rule, { "scripts/x.ts": `const z = 1;\n${text}\n` }, /x\.ts:2 /);
    });
  }
  test("a rule that is off for one line for a reason is fine", () => {
    const text =
      "// oxlint-disable-next-line no-control-regex -- control characters are what is looked for\n";
    accept(rule, { "scripts/x.ts": text });
  });
  test("in a test, a mistake of types that is expected for a reason is fine", () => {
    const text = "// @ts-expect-error there is no such kind here\n";
    accept(rule, { "test/x.test.ts": text });
    check(rule, { "test/x.test.ts": "// @ts-expect-error\n" }, /x\.test\.ts:1/);
    check(rule, { "scripts/x.ts": text }, /scripts\/x\.ts:1/);
  });
  test("a class that inherits is caught, an Error that does is fine", () => {
    const inherits = "no class inherits but from Error";
    check(inherits, { "scripts/x.ts": "class A extends B {}\n" }, /inheritance/);
    accept(inherits, { "scripts/x.ts": "class A extends Error {}\n" });
  });
  test("a to-do without a number is caught", () => {
    const todos = "what is left to do names its issue";
    // Written in two parts, so that this file has no such comment.
    check(todos, { "scripts/x.ts": `// ${"TO"}DO: later\n` }, /name the issue/);
    accept(todos, { "scripts/x.ts": `// ${"TO"}DO(#12): later\n` });
  });
});

suite("tests and documents", () => {
  test("two tests of one title are caught", () => {
    const text = `test("a", () => {});\nsuite("s", () => { test("a", f); });\ntest("a", () => {});\n`;
    check(
      "test titles are unique in their package",
      { "test/x.test.ts": text },
      /x\.test\.ts:3 "a" is also/,
    );
  });
  test("a skipped test is caught", () => {
    const text = `test.skip("a", () => {});\n`;
    check("no test is skipped, left to do or run alone", { "test/x.test.ts": text }, /test\.skip/);
  });
  test("a long README, a missing page and a long entry are caught", () => {
    const rule = "README and CHANGELOG stay short";
    check(rule, { "README.md": "x\n".repeat(121) }, /README\.md:1 122 lines, at most 120/);
    check(
      rule,
      { "CHANGELOG.md": `# C\n\n## 1\n${"x\n".repeat(60)}` },
      /CHANGELOG\.md:3 an entry of 61/,
    );
  });
  test("a hook of a whole file is caught, one in a suite is fine", () => {
    const path = "packages/core/src/x.test.ts";
    check(
      "hooks belong to a suite or a test",
      { [path]: "after(() => {});\n" },
      /after of a whole file/,
    );
    accept("hooks belong to a suite or a test", { [path]: 'suite("s", () => after(() => {}));\n' });
  });
  test("a host in the lock file is caught", () => {
    const text = `{\n  "resolved": "https://registry.example/x.tgz"\n}\n`;
    check(
      "package-lock.json names no registry",
      { "package-lock.json": text },
      /lock\.json:2 names a host/,
    );
  });
  test("an optional dependency that the lock file lacks is caught", () => {
    const rule = "package-lock.json has every optional dependency";
    const lock = (more: object): Readonly<Record<string, string>> => {
      const entry = { optionalDependencies: { "@a/b": "1.0.0" } };
      const packages = { "node_modules/a": entry, ...more };
      return { "package-lock.json": JSON.stringify({ packages }) };
    };
    check(rule, lock({}), /lacks @a\/b: run/);
    accept(rule, lock({ "node_modules/@a/b": {} }));
  });
  test("a dead link is caught, a live one is fine", () => {
    const rule = "links between pages lead somewhere";
    check(rule, { "docs/x.md": "see [y](../y.md#z)\n" }, /docs\/x\.md:1 the link \.\.\/y\.md#z/);
    accept(rule, { "docs/x.md": "see [r](../README.md#a), [e](https://e.example)\n" });
  });
});
