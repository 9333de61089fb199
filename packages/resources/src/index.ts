/**
 * The kinds of resource that come with Holdfast, one folder each with the same file names: `spec` (what an author
 * writes and what becomes of it), `observe`, `diff`, `apply`, `watch`, and `kind`, which joins them.
 *
 * Kinds are plain objects without state. They know no clock, no disk and no `node:` module: they observe and act
 * through the ports of the host they are given, and compare in pure functions.
 */
export { createStandardCatalog, listStandardKinds, standardKinds } from "./standard-kinds.ts";
export type { ExecSpec } from "./exec/spec.ts";
export type { FileSpec } from "./file/spec.ts";
export type { LocaleSpec } from "./locale/spec.ts";
export type { TimezoneSpec } from "./timezone/spec.ts";
export { loadPatterns } from "./pattern/text-pattern.ts";
