import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readImports, type SourceImport } from "./imports.ts";
import { parseSyntax, type Syntax } from "./syntax.ts";

/** A source file, parsed. */
export interface SourceFile extends Syntax {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  readonly imports: readonly SourceImport[];
  /** It is a test, or what tests share. */
  readonly isTest: boolean;
  /** The package it belongs to; `undefined` for the folders of the repository itself. */
  readonly package?: WorkspacePackage;
}

/** A package of the workspace, or the root itself (folder ``). */
export interface WorkspacePackage {
  readonly name: string;
  /** `packages/core`. */
  readonly folder: string;
  readonly dependencies: readonly string[];
  readonly devDependencies: readonly string[];
}

/** What the rules read. */
export interface Repository {
  readonly files: readonly SourceFile[];
  readonly packages: readonly WorkspacePackage[];
  readonly root: WorkspacePackage;
  /** The text of every file that was read, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads the repository under a folder. */
export function loadRepository(folder: string): Repository {
  const texts = new Map<string, string>();
  for (const path of listFiles(folder, ""))
    texts.set(path, readFileSync(join(folder, path), "utf8"));
  return createRepository(texts);
}

/** Makes a repository of texts; the tests of the rules plant theirs this way. */
export function createRepository(texts: ReadonlyMap<string, string>): Repository {
  const packages = [...texts]
    .filter(([path]) => /^(?:packages|apps)\/.*package\.json$/.test(path))
    .map(([path, text]) => parsePackage(path, text));
  const root = parsePackage("package.json", texts.get("package.json") ?? "{}");
  const files = [...texts]
    .filter(([path]) => /\.(?:ts|js)$/.test(path))
    .map(([path, text]) => createSourceFile(path, text, packages));
  return { files, packages, root, texts };
}

/** Tests, and in a folder `testing` what the tests of a package share: it is not published, and may use the same. */
const TEST = /\.test\.ts$|\/src\/(?:.*\/)?testing\//;

/** The line of an offset, from 1. */
export function lineOf(file: SourceFile, offset: number): number {
  return file.text.slice(0, offset).split("\n").length;
}

/** The short name of a package: `core` for `@holdfast/core`, `providers/proxmox` as it lies. */
export function shortName(owner: WorkspacePackage): string {
  return owner.folder.replace(/^packages\//, "");
}

function createSourceFile(
  path: string,
  text: string,
  packages: readonly WorkspacePackage[],
): SourceFile {
  const syntax = parseSyntax(path, text);
  const owner = packages.find(({ folder }) => path.startsWith(`${folder}/`));
  return {
    ...syntax,
    path,
    text,
    lineCount: text.replace(/\n$/, "").split("\n").length,
    imports: readImports(syntax.program),
    isTest: TEST.test(path),
    ...(owner === undefined ? {} : { package: owner }),
  };
}

function parsePackage(path: string, text: string): WorkspacePackage {
  const json: unknown = JSON.parse(text);
  const name: unknown = Reflect.get(Object(json), "name");
  return {
    name: typeof name === "string" ? name : path,
    folder: path.replace(/\/?package\.json$/, ""),
    dependencies: keysOf(json, "dependencies"),
    devDependencies: keysOf(json, "devDependencies"),
  };
}

function keysOf(json: unknown, field: string): readonly string[] {
  const value: unknown = Reflect.get(Object(json), field);
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

const SKIPPED = new Set(["node_modules", "dist", ".git", ".cache", "coverage", "results"]);
const READ = /\.(?:ts|js|md|yaml)$|^(?:.*\/)?(?:package(?:-lock)?\.json|LICENSE)$/;

function listFiles(folder: string, under: string): readonly string[] {
  return readdirSync(join(folder, under), { withFileTypes: true }).flatMap((entry) => {
    const path = under === "" ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listFiles(folder, path);
    return entry.isFile() && READ.test(path) ? [path] : [];
  });
}
