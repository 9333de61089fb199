import { packageOf } from "./imports.ts";
import type { Repository, SourceFile, WorkspacePackage } from "./repository.ts";
import { type Rule, type Violation, violation } from "./rule.ts";

/** Development dependencies of the root that are run and not imported. */
const RUN = /^(?:@biomejs\/biome|@types\/.*|node|oxlint|oxlint-tsgolint|typescript)$/;

/** What is imported is declared in the package's own package.json. */
export const undeclared: Rule = {
  name: "every import is a declared dependency",
  check: (repository) => repository.files.flatMap((file) => checkImports(file, repository)),
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
  const bundled = repository.packages.filter(({ name }) => owner.dependencies.includes(name));
  const carried = new Set(bundled.flatMap(({ dependencies }) => dependencies));
  return [...owner.dependencies, ...owner.devDependencies]
    .filter((name) => !used.has(name) && !(isRoot && RUN.test(name)))
    .filter((name) => !(owner.folder.startsWith("apps/") && carried.has(name)))
    .map((name) => ({
      path: `${owner.folder || "."}/package.json`,
      line: 1,
      message: `${name} is declared but nobody imports it: remove it`,
    }));
}
