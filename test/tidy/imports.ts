import { child, children, type SyntaxNode, text, visit } from "./syntax.ts";

/** One import or re-export, types included. */
export interface SourceImport {
  /** As written: `./queue.ts`, `node:fs`, `@holdfast/core`. */
  readonly specifier: string;
  /** Offset of the statement. */
  readonly start: number;
}

/** Every module that a program names: imports, re-exports, dynamic imports and `import("x")` types. */
export function readImports(program: SyntaxNode): readonly SourceImport[] {
  const imports: SourceImport[] = [];
  visit(program, (node) => {
    if (!/^(?:Import|ExportNamed|ExportAll|TSImportType)/.test(node.type)) return;
    const specifier = text(child(node, "source") ?? child(node, "argument"), "value");
    if (specifier !== undefined) imports.push({ specifier, start: node.start });
  });
  return imports;
}

/** The package of a specifier: `zod` of `zod/mini`, `@a/b` of `@a/b/c`; `undefined` for relative and `node:` ones. */
export function packageOf(specifier: string): string | undefined {
  if (/^(?:\.|node:)/.test(specifier)) return undefined;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** The path a relative specifier leads to, from the path of its file. */
export function resolveRelative(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** The names that a file exports. */
export function exportedNames(program: SyntaxNode): ReadonlySet<string> {
  const names = children(program, "body")
    .filter(({ type }) => type === "ExportNamedDeclaration")
    .flatMap((node) => [
      ...children(node, "specifiers").map((specifier) =>
        text(child(specifier, "exported"), "name"),
      ),
      ...declaredNames(child(node, "declaration")),
    ]);
  return new Set(names.filter((name) => name !== undefined));
}

/** The names that one declaration declares, without those inside patterns. */
export function declaredNames(declaration: SyntaxNode | undefined): readonly string[] {
  const declarators = children(declaration, "declarations");
  return [declaration, ...declarators]
    .map((node) => text(child(node, "id"), "name"))
    .filter((name) => name !== undefined);
}
