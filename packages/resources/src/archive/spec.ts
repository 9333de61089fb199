import { type BindReport, compileGlob, type Thing } from "@holdfast/core";
import * as z from "zod/mini";
import { checkAbsolutePath, parentPath } from "../absolute-path.ts";
import {
  accountsNeeded,
  attributeFields,
  bindAttributes,
  type DeclaredAttributes,
} from "../attributes/attributes.ts";
import { encodeText } from "../byte-text.ts";
import { stateSchema } from "../declared-state.ts";
import type { ArchiveSelection } from "./manifest/selection.ts";

/** What is put around the name of a directory for the name of its record. */
const RECORD_SUFFIX = ".holdfast-archive";
const MAX_NAME_BYTES = 255;
/** More than this nobody strips. */
const MAX_STRIP = 64;
const MAX_EXCLUDES = 100;

const sha256Schema = z
  .string()
  .check(z.regex(/^[0-9a-fA-F]{64}$/, "write the SHA-256 as 64 hex digits"));

const sourceSchema = z.union([
  z.strictObject({ path: z.string(), sha256: z.optional(sha256Schema) }),
  z.strictObject({
    url: z.string().check(z.regex(/^https?:\/\/[^\s/]/, "write an http:// or https:// address")),
    sha256: sha256Schema,
  }),
]);

const archiveFields = z.strictObject({
  source: z.optional(
    sourceSchema.check(
      z.describe(
        "The archive: a path on the host, with its sha256 if that matters, or url and sha256. tar (plain, gzip, zstd, xz, bzip2) or zip; its content says which.",
      ),
    ),
  ),
  strip: z.optional(
    z
      .int()
      .check(
        z.nonnegative(),
        z.maximum(MAX_STRIP),
        z.describe("How many leading directories of each path are left out. Default: 0."),
      ),
  ),
  exclude: z.optional(
    z
      .array(z.string())
      .check(
        z.maxLength(MAX_EXCLUDES),
        z.describe("Globs of paths in the directory that are not extracted, with all below them."),
      ),
  ),
  ...attributeFields,
  setuid: z.optional(
    z
      .boolean()
      .check(z.describe("Take set-uid and set-gid bits from the archive instead of refusing it.")),
  ),
  creates: z.optional(
    z
      .string()
      .check(z.describe("A path: while it is there nothing is compared and nothing is extracted.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of an archive; its name is the directory. */
export const archiveSchema = archiveFields.check(
  // `bind` says it in words; this says it to editors.
  z.meta({
    anyOf: [
      { required: ["source"] },
      { properties: { state: { const: "absent" } }, required: ["state"] },
    ],
  }),
);

/** What an author writes under `spec` of an archive. */
export type ArchiveInput = z.infer<typeof archiveSchema>;

/** Where an archive comes from. */
export type ArchiveSource =
  | { readonly type: "path"; readonly path: string; readonly sha256?: string }
  | { readonly type: "url"; readonly url: string; readonly sha256: string };

/** What a directory should hold. */
export interface ArchiveSpec extends DeclaredAttributes {
  readonly path: string;
  /** Beside the directory: what was extracted into it. */
  readonly recordPath: string;
  /** `undefined` only for what should be absent. */
  readonly source?: ArchiveSource;
  readonly selection: ArchiveSelection;
  readonly creates?: string;
  readonly isAbsent: boolean;
}

/** Joins directory and input. */
export function bindArchive(name: string, input: ArchiveInput, report: BindReport): ArchiveSpec {
  bindDirectory(name, report);
  const isAbsent = input.state === "absent";
  const { source, strip = 0, exclude = [], setuid = false, creates } = input;
  if (source === undefined && !isAbsent) {
    report("", "nothing to extract", "write source, or state: absent to remove what was extracted");
  }
  if (source !== undefined && "path" in source) {
    checkAbsolutePath(source.path, "source.path", report);
  }
  if (creates !== undefined) checkAbsolutePath(creates, "creates", report);
  for (const [position, glob] of exclude.entries()) {
    const compiled = compileGlob(glob);
    if (typeof compiled !== "function") {
      report(`exclude.${position}`, "not a glob", `the glob ${compiled.mistake}`);
    }
  }
  return {
    path: name,
    recordPath: recordPathOf(name),
    ...(source === undefined ? {} : { source: bindSource(source) }),
    selection: { strip, exclude, setuid },
    ...bindAttributes(input),
    ...(creates === undefined ? {} : { creates }),
    isAbsent,
  };
}

/** Without what was extracted. */
export function absentArchive({ path, recordPath, selection }: ArchiveSpec): ArchiveSpec {
  return { path, recordPath, selection, isAbsent: true };
}

/** An archive comes after the accounts it names and the file it is read from. */
export function neededByArchive(spec: ArchiveSpec): readonly Thing[] {
  const accounts = accountsNeeded(spec);
  const { source } = spec;
  return source?.type === "path" ? [...accounts, `path:${source.path}`] : accounts;
}

function bindDirectory(name: string, report: BindReport): void {
  checkAbsolutePath(name, "", report);
  if (name === "/") report("", "not a directory of its own", "name a directory below /");
  const [record = ""] = recordPathOf(name).split("/").slice(-1);
  if (encodeText(record).length > MAX_NAME_BYTES) {
    const most = MAX_NAME_BYTES - RECORD_SUFFIX.length - 1;
    report("", "the name is too long", `the last part of the path has at most ${most} bytes`);
  }
}

function recordPathOf(path: string): string {
  const parent = parentPath(path);
  return `${parent === "/" ? "" : parent}/.${path.slice(path.lastIndexOf("/") + 1)}${RECORD_SUFFIX}`;
}

function bindSource(source: NonNullable<ArchiveInput["source"]>): ArchiveSource {
  if ("url" in source) {
    return { type: "url", url: source.url, sha256: source.sha256.toLowerCase() };
  }
  const { path, sha256 } = source;
  return { type: "path", path, ...(sha256 === undefined ? {} : { sha256: sha256.toLowerCase() }) };
}
