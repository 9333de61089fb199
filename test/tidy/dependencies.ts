import { packageOf } from "./imports.ts";
import type { Repository, SourceFile, WorkspacePackage } from "./repository.ts";
import { type Rule, type Violation, violation } from "./rule.ts";

/** Development dependencies of the root that are run and not imported. */
const RUN = /^(?:@biomejs\/biome|node|oxlint|oxlint-tsgolint|typescript)$/;
/** Types of what has none of its own. A library depends on those that its own types are made of. */
const TYPES = /^@types\//;

/** What is imported is declared in the package's own package.json. */
export const undeclared: Rule = {
  name: "every import is a declared dependency",
  check: (repository) => repository.files.flatMap((file) => checkImports(file, repository)),
};

/** What npm publishes is complete, and says what it is. */
export const published: Rule = {
  name: "every package can be published",
  check: ({ packages, texts }) =>
    packages.flatMap(({ folder }) => {
      const path = `${folder}/package.json`;
      const text = texts.get(path) ?? "{}";
      return publishedFields(folder).flatMap(([field, expected]) => {
        const value = JSON.stringify(Reflect.get(Object(JSON.parse(text)), field));
        if (value === expected) return [];
        return [{ path, line: 1, message: `${field} must be ${expected}, but is ${value}` }];
      });
    }),
};

/** What is declared is imported. */
export const unused: Rule = {
  name: "every declared dependency is imported",
  check: (repository) =>
    [...repository.packages, repository.root].flatMap((owner) => checkDeclared(owner, repository)),
};

function checkImports(file: SourceFile, repository: Repository): readonly Violation[] {
  const owner = file.package ?? repository.root;
  const declared = new Set([owner.name, ...owner.dependencies, ...owner.devDependencies]);
  // Tests use the tools of the workspace; the folders of the root use its packages.
  if (file.isTest) for (const tool of repository.root.devDependencies) declared.add(tool);
  if (file.isTest || owner === repository.root) {
    for (const { name } of repository.packages) declared.add(name);
  }
  return file.imports.flatMap(({ specifier, start }) => {
    const name = packageOf(specifier);
    if (name === undefined || declared.has(name)) return [];
    const message = `${name} is not declared: add it to ${owner.folder || "."}/package.json, or do without it`;
    return [violation(file, start, message)];
  });
}

function checkDeclared(owner: WorkspacePackage, repository: Repository): readonly Violation[] {
  const used = new Set(
    repository.files
      .filter((file) => (file.package ?? repository.root) === owner)
      .flatMap((file) => file.imports.map(({ specifier }) => packageOf(specifier))),
  );
  // A tool of the root serves the tests of every package; an app carries what its bundled packages leave outside.
  const isRoot = owner === repository.root;
  const others = repository.files.filter(({ isTest }) => isRoot && isTest);
  for (const { specifier } of others.flatMap(({ imports }) => imports))
    used.add(packageOf(specifier));
  const isApp = owner.folder.startsWith("apps/");
  const declared = [...owner.dependencies, ...owner.devDependencies];
  const bundled = repository.packages.filter(({ name }) => isApp && declared.includes(name));
  const carried = new Set(bundled.flatMap(({ dependencies }) => dependencies));
  return declared
    .filter((name) => !used.has(name) && !(isRoot && RUN.test(name)))
    .filter((name) => !carried.has(name) && !TYPES.test(name))
    .map((name) => ({
      path: `${owner.folder || "."}/package.json`,
      line: 1,
      message: `${name} is declared but nobody imports it: remove it`,
    }));
}

/** The fields that are the same in every package, as JSON. The `@holdfast/source` condition of a library leads to sources that are published too. */
function publishedFields(folder: string): readonly (readonly [string, string])[] {
  const isApp = folder.startsWith("apps/");
  const repository = {
    type: "git",
    url: "git+https://github.com/holdfast/holdfast.git",
    directory: folder,
  };
  const up = "../".repeat(folder.split("/").length);
  const prepack = `node --conditions=@holdfast/source ${up}scripts/build-packages.ts`;
  const fields: readonly (readonly [string, unknown])[] = [
    ["license", "Apache-2.0"],
    ["repository", repository],
    ["engines", { node: ">=24" }],
    ["scripts", { prepack }],
    ...(isApp
      ? []
      : [
          ["publishConfig", { access: "public" }] as const,
          ["files", ["dist", "src", "!src/**/*.test.ts", "!src/**/testing"]] as const,
        ]),
  ];
  return fields.map(([field, value]) => [field, JSON.stringify(value)]);
}
