/**
 * The kinds of resource that come with Holdfast, one folder each with the same file names: `spec` (what an author
 * writes and what becomes of it), `observe`, `diff`, `apply`, `watch`, and `kind`, which joins them.
 *
 * Kinds are plain objects without state. They know no clock, no disk and no `node:` module: they look and act through
 * the ports of the host they are given, and compare in pure functions.
 */
export { type FileObserved, type FileSnapshot } from "./file/observe.ts";
export { type FileInput, type FileSpec } from "./file/spec.ts";
export { fileKind } from "./file/kind.ts";
export { type DirectoryObserved, type DirectorySnapshot } from "./directory/observe.ts";
export { type DirectoryInput, type DirectorySpec } from "./directory/spec.ts";
export { directoryKind } from "./directory/kind.ts";
export { type LinkObserved, type LinkSnapshot } from "./link/observe.ts";
export { type LinkInput, type LinkSpec } from "./link/spec.ts";
export { linkKind } from "./link/kind.ts";
export { type LineObserved, type LineSnapshot } from "./line/observe.ts";
export { type LineInput, type LineSpec } from "./line/spec.ts";
export { lineKind } from "./line/kind.ts";
export { type JsonFieldObserved, type JsonFieldSnapshot } from "./json-field/observe.ts";
export { type JsonFieldInput, type JsonFieldSpec } from "./json-field/spec.ts";
export { jsonFieldKind } from "./json-field/kind.ts";
export { type ExecObserved } from "./exec/observe.ts";
export { type ExecInput, type ExecSpec } from "./exec/spec.ts";
export { execKind } from "./exec/kind.ts";
export { loadPatterns } from "./pattern/text-pattern.ts";
export { createStandardCatalog, posixKinds } from "./posix-kinds.ts";
