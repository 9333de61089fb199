import { declaredNames, exportedNames, resolveRelative } from "./imports.ts";
import type { Repository, SourceFile } from "./repository.ts";
import { type Rule, type Violation, violation } from "./rule.ts";
import { child, children, type SyntaxNode, text } from "./syntax.ts";

/** Files whose reader expects a default export: a user's own blueprints and configuration, and reporters of tools. */
const DEFAULT_ALLOWED = /^examples\/|\.(?:blueprint|config)\.ts$/;

/** Every export is named, and named in one place. */
export const explicitExports: Rule = {
  name: "exports are named, never * and never default",
  check: ({ files }) => files.flatMap(checkExports),
};

/** A package has one entry, and all of it can be read there. */
export const oneIndex: Rule = {
  name: "a package has one index.ts, an explicit list with a head comment",
  check: (repository) => [
    ...repository.files.flatMap(checkIndex),
    ...repository.packages
      .filter(({ folder }) => folder.startsWith("packages/"))
      .filter(({ folder }) => !repository.texts.has(`${folder}/src/index.ts`))
      .map(({ folder }) => ({
        path: `${folder}/src/index.ts`,
        line: 1,
        message: "is missing: a package names its exports there",
      })),
  ],
};

/** Every name in an index.ts exists in the file it names. */
export const promisedExports: Rule = {
  name: "every name an index.ts promises exists",
  check: (repository) => {
    const names = new Map(repository.files.map((file) => [file.path, exportedNames(file.program)]));
    return repository.files.filter(isIndex).flatMap((file) => checkPromises(file, names));
  },
};

/** Every export says what it is. */
export const documented: Rule = {
  name: "every export has a doc comment",
  check: (repository: Repository) =>
    repository.files.filter((file) => !file.isTest && file.path.endsWith(".ts")).flatMap(checkDocs),
};

function isIndex({ path }: SourceFile): boolean {
  return path.endsWith("/index.ts");
}

function statements(file: SourceFile, type: string): readonly SyntaxNode[] {
  return children(file.program, "body").filter((node) => node.type === type);
}

function checkExports(file: SourceFile): readonly Violation[] {
  const stars = statements(file, "ExportAllDeclaration").map((node) =>
    violation(file, node.start, "export *: list the names, each is a promise"),
  );
  if (DEFAULT_ALLOWED.test(file.path)) return stars;
  const defaults = statements(file, "ExportDefaultDeclaration").map((node) =>
    violation(file, node.start, "default export: give it a name"),
  );
  return [...stars, ...defaults];
}

function checkIndex(file: SourceFile): readonly Violation[] {
  if (!isIndex(file)) return [];
  if (
    !/^(?:packages\/.+)\/src\/index\.ts$/.test(file.path) ||
    /\/src\/.+\/index\.ts$/.test(file.path)
  ) {
    return [violation(file, 0, "inner barrel: import the file that defines the name")];
  }
  const found = children(file.program, "body")
    .filter((node) => node.type !== "ExportNamedDeclaration" || child(node, "source") === undefined)
    .map((node) => violation(file, node.start, "an index.ts only re-exports: move this to a file"));
  const [head] = file.comments;
  if (head?.type === "Block" && head.start === 0) return found;
  const message =
    "has no head comment: say what the package is, where it sits and what it never does";
  return [...found, violation(file, 0, message)];
}

function checkPromises(
  file: SourceFile,
  names: ReadonlyMap<string, ReadonlySet<string>>,
): readonly Violation[] {
  return statements(file, "ExportNamedDeclaration").flatMap((node) => {
    const specifier = text(child(node, "source"), "value") ?? "";
    const known = names.get(resolveRelative(file.path, specifier));
    if (known === undefined) return [];
    return children(node, "specifiers")
      .map((each) => text(child(each, "local"), "name") ?? "")
      .filter((name) => !known.has(name))
      .map((name) =>
        violation(file, node.start, `${name} is not exported by ${specifier}: remove it`),
      );
  });
}

function checkDocs(file: SourceFile): readonly Violation[] {
  let previous: string | undefined;
  return statements(file, "ExportNamedDeclaration").flatMap((node) => {
    const declaration = child(node, "declaration");
    if (declaration === undefined) return [];
    const name = declaredNames(declaration).join(", ");
    // An overload is documented by the first of its kind.
    const isOverload = name === previous;
    previous = name;
    if (isOverload || hasDoc(file, node)) return [];
    return [
      violation(file, node.start, `${name} has no doc comment: say what it is in a sentence`),
    ];
  });
}

/** Whether a doc comment ends right before a node. */
function hasDoc(file: SourceFile, node: SyntaxNode): boolean {
  return file.comments.some(
    ({ type, value, end }) =>
      type === "Block" && value.startsWith("*") && file.text.slice(end, node.start).trim() === "",
  );
}
