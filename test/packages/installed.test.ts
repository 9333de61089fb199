import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, suite, test } from "node:test";
import { buildPackages } from "../../scripts/packages/build-packages.ts";
import { packPackages, type Tarball } from "../../scripts/packages/pack-packages.ts";
import { Project, RESOLUTIONS } from "./project.ts";

const repository = new URL("../../", import.meta.url);
/** What `holdfast` may take in a user's node_modules, with all that it needs. */
const MOST_KILOBYTES = 10 * 1024;
/** Building, packing and installing, on a busy machine. */
const LONGEST_MS = 240_000;

const SITE = `import { blueprint } from "holdfast";

export default blueprint("site", (host) => {
  const srv = host.directory("/srv", { mode: 0o755 });
  host.file("/srv/motd", { content: "hello\\n", mode: 0o644 }, { dependsOn: [srv] });
  host.jsonField("port", { path: "/srv/app.json", field: "port", value: 80, create: true });
});
`;

/** Blueprints with a mistake, and what the compiler says. */
const MISTAKES: readonly (readonly [string, RegExp])[] = [
  ['host.fiel("/a");', /Property 'fiel' does not exist/],
  ['host.file("/a", { contents: "x" });', /'contents' does not exist in type/],
  ['host.file("/a", { content: 5 });', /Type 'number' is not assignable/],
  ['host.exec("/a");', /Expected 2-3 arguments/],
  ['host.file("/a", { state: "gone" });', /"gone"' is not assignable/],
];

let tarballs: readonly Tarball[];
const packed = mkdtempSync(join(tmpdir(), "holdfast-packed-"));
before(
  async () => {
    await buildPackages();
    tarballs = packPackages(packed);
  },
  { timeout: LONGEST_MS },
);
after(() => rmSync(packed, { recursive: true }));

suite("the packed holdfast in an empty project", { timeout: LONGEST_MS }, () => {
  let project: Project;
  let examples: readonly string[];
  before(() => {
    project = new Project();
    project.install(tarballs.filter(({ name }) => name === "holdfast"));
    project.write("site.ts", SITE);
    const pages = ["README.md", "docs/guide/blueprints.md", "apps/holdfast/README.md"];
    examples = pages.flatMap((page) =>
      blueprintsIn(page).map((text, at) => {
        const name = `${page.replaceAll(/\W/g, "-")}-${at}.ts`;
        project.write(name, text);
        return name;
      }),
    );
  });
  after(() => project[Symbol.dispose]());

  test("it takes at most 10 MB with all that it needs", (t) => {
    const { output } = project.run("du", ["-sk", "node_modules"]);
    const kilobytes = Number.parseInt(output, 10);
    t.diagnostic(`${kilobytes} kB`);
    assert.ok(kilobytes > 0 && kilobytes <= MOST_KILOBYTES, `${kilobytes} kB`);
  });

  for (const options of RESOLUTIONS) {
    test(`a blueprint is typed with ${options.moduleResolution}, those of README and guide too, and each mistake in one is an error`, () => {
      const names = MISTAKES.map(([statement], at) => {
        const text = `import { blueprint } from "holdfast";\nblueprint("b", (host) => {\n${statement}\n});\n`;
        project.write(`mistake-${at}.ts`, text);
        return `mistake-${at}.ts`;
      });
      const { output } = project.compile(["site.ts", ...examples, ...names], options);
      const wrong = output.split("\n");
      for (const [at, [, expected]] of MISTAKES.entries()) {
        const said = wrong.filter((line) => line.startsWith(`mistake-${at}.ts(3,`)).join("\n");
        assert.match(said, expected);
      }
      const elsewhere = wrong.filter((line) => /^\S+\(/.test(line) && !line.startsWith("mistake-"));
      assert.deepEqual(elsewhere, []);
    });
  }

  test("the blueprint is applied to a directory, and then there is nothing to do", () => {
    mkdirSync(project.at("box"));
    const command = ["site.ts", "--root", "box", "--out", "serial", "--detailed-exit-codes"];
    const applied = project.run("node_modules/.bin/holdfast", ["apply", ...command]);
    assert.equal(applied.code, 2, applied.output);
    assert.equal(readFileSync(project.at("box/srv/motd"), "utf8"), "hello\n");
    assert.deepEqual(JSON.parse(readFileSync(project.at("box/srv/app.json"), "utf8")), {
      port: 80,
    });
    const again = project.run("node_modules/.bin/holdfast", ["plan", ...command]);
    assert.equal(again.code, 0, again.output);
  });

  test("it has its licence, its page, and the schema that it prints", () => {
    const program = `
      import { blueprint } from "holdfast";
      import schema from "holdfast/manifest.schema.json" with { type: "json" };
      console.log(typeof blueprint, schema.$id);`;
    const { output } = project.run(process.execPath, ["--input-type=module", "--eval", program]);
    assert.equal(output, "function https://unpkg.com/holdfast/dist/manifest.schema.json\n");
    const shipped = readFileSync(
      project.at("node_modules/holdfast/dist/manifest.schema.json"),
      "utf8",
    );
    const printed = project.run("node_modules/.bin/holdfast", ["schema", "--out", "json"]).output;
    assert.deepEqual(JSON.parse(printed), JSON.parse(shipped));
    for (const name of ["LICENSE", "README.md"]) {
      assert.ok(readFileSync(project.at(`node_modules/holdfast/${name}`), "utf8").length > 100);
    }
  });
});

test("the input of each kind is typed as the kinds themselves say", () => {
  using project = new Project(fileURLToPath(new URL(".cache/", repository)));
  project.write(
    "kinds.ts",
    `import type { Written } from "@holdfast/core/blueprint";
     import type { StandardKinds as Source } from "../../apps/holdfast/src/sdk.ts";
     import type { StandardKinds as Published } from "../../apps/holdfast/dist/types/sdk.d.ts";
     type Input<Kind> = Kind extends { bind(name: string, input: infer I, ...rest: never[]): unknown } ? I : never;
     type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
     type Typed<Kind> = Written<Input<Kind>>;
     declare const kinds: { [Name in keyof Source | keyof Published]: Same<Typed<Source[Name]>, Typed<Published[Name]>> };
     export const all: { [Name in keyof Source | keyof Published]: true } = kinds;\n`,
  );
  project.write(
    "tsconfig.json",
    JSON.stringify({
      extends: "../../tsconfig.json",
      compilerOptions: { rootDir: "../.." },
      include: ["kinds.ts"],
      exclude: [],
    }),
  );
  const { code, output } = project.run("tsc", ["-p", "tsconfig.json", "--pretty", "false"]);
  assert.equal(code, 0, output);
});

suite("the packed libraries in a project", { timeout: LONGEST_MS }, () => {
  let project: Project;
  let entries: readonly string[];
  before(() => {
    project = new Project();
    const libraries = tarballs.filter(({ name }) => name !== "holdfast");
    project.unpack(libraries);
    entries = libraries.flatMap(({ name }) => entriesOf(project, name));
    const lines = entries.map((entry, at) => `import * as entry${at} from "${entry}";\n`);
    const all = entries.map((_, at) => `entry${at}`).join(", ");
    project.write("all.ts", `${lines.join("")}export const all = [${all}];\n`);
  });
  after(() => project[Symbol.dispose]());

  for (const options of RESOLUTIONS.filter(({ module }) => module !== "node16")) {
    test(`every entry has types that check with ${options.moduleResolution}`, () => {
      assert.ok(entries.length >= tarballs.length);
      const { code, output } = project.compile(["all.ts"], options);
      assert.equal(code, 0, output);
    });
  }

  test("every entry can be imported", () => {
    const program = entries.map((entry) => `await import("${entry}");`).join("\n");
    const args = ["--input-type=module", "--eval", program];
    const { code, output } = project.run(process.execPath, args);
    assert.equal(code, 0, output);
  });

  test("every path of exports is there, whatever the condition", () => {
    for (const { name } of tarballs.filter(({ name: each }) => each !== "holdfast")) {
      for (const path of pathsIn(manifestOf(project, name).exports)) {
        assert.ok(readFileSync(project.at(`node_modules/${name}/${path}`)).length > 0);
      }
    }
  });
});

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>;
}

function manifestOf(project: Project, name: string): Manifest {
  const text = readFileSync(project.at(`node_modules/${name}/package.json`), "utf8");
  return JSON.parse(text) as Manifest;
}

function entriesOf(project: Project, name: string): readonly string[] {
  return Object.keys(manifestOf(project, name).exports).map((entry) => name + entry.slice(1));
}

function pathsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

/** The blocks of code that are whole blueprints. */
function blueprintsIn(page: string): readonly string[] {
  const text = readFileSync(new URL(page, repository), "utf8");
  const found = [...text.matchAll(/^```ts\n(import [^]*?)^```$/gm)].map(([, block = ""]) => block);
  assert.notEqual(found.length, 0, `${page} has no blueprint`);
  return found;
}
