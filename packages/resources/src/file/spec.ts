import {
  type BindReport,
  type FileDetails,
  type KeptBytes,
  readByCommand,
  type Thing,
} from "@holdfast/core";
import * as z from "zod/mini";
import { checkAbsolutePath } from "../absolute-path.ts";
import {
  accountsNeeded,
  attributeFields,
  bindAttributes,
  type DeclaredAttributes,
} from "../attributes/attributes.ts";
import { isWorldReadable } from "../attributes/file-mode.ts";
import { encodeText } from "../byte-text.ts";
import { stateSchema } from "../declared-state.ts";
import { bindTemplate, type TemplateContent, templateSchema } from "./template.ts";

/** The suffix of `backup: true`. */
const DEFAULT_BACKUP_SUFFIX = ".holdfast-backup";

/** A text of up to so many characters is known to be shorter than what is always read of a file. */
const LONG_TEXT_CHARACTERS = 16_384;

const contentFromSchema = z.union([
  z.strictObject({ path: z.string() }),
  z.strictObject({
    url: z.string().check(z.regex(/^https?:\/\/[^\s/]/, "write an http:// or https:// address")),
    sha256: z.string().check(z.regex(/^[0-9a-fA-F]{64}$/, "write the SHA-256 as 64 hex digits")),
  }),
]);

const fileFields = z.strictObject({
  content: z.optional(
    z.string().check(z.describe('The whole content. Left out: not managed; "": empty.')),
  ),
  contentFrom: z.optional(
    contentFromSchema.check(
      z.describe("Where the content comes from instead: a path on the host, or url and sha256."),
    ),
  ),
  template: z.optional(
    templateSchema.check(
      z.describe("What makes the content instead: a text with {{names}}, or a path on the host."),
    ),
  ),
  ...attributeFields,
  validate: z.optional(
    z
      .array(z.string())
      .check(
        z.minLength(1),
        z.describe("Command that must succeed on the new content before it takes its place (%s)."),
      ),
  ),
  backup: z.optional(
    z
      .union([z.boolean(), z.string()])
      .check(z.describe("Keep replaced content beside the file: true, or the suffix of the copy.")),
  ),
  followLink: z.optional(
    z.boolean().check(z.describe("Manage what a symbolic link at the path leads to.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a file; its name is the path. */
export const fileSchema = fileFields.check(
  // `bind` says it in words; this says it to editors.
  z.meta({
    not: {
      anyOf: [
        { required: ["content", "contentFrom"] },
        { required: ["content", "template"] },
        { required: ["contentFrom", "template"] },
      ],
    },
  }),
);

/** What an author writes under `spec` of a file. */
export type FileInput = z.infer<typeof fileSchema>;

/** What a file should be. */
export interface FileSpec extends DeclaredAttributes {
  readonly path: string;
  readonly content: DeclaredContent;
  /** Argv; `%s` in an argument stands for the path of the new content. */
  readonly validate?: readonly string[];
  /** `undefined`: no copy is kept. */
  readonly backupSuffix?: string;
  readonly followLink: boolean;
  readonly isAbsent: boolean;
  /** It is given back with what it had once besides. Default: it is a new file. */
  readonly restores?: FileDetails;
}

/** What was there before a change, and is given back: no author writes that. */
export interface KeptContent {
  readonly type: "kept";
  readonly bytes: KeptBytes;
}

/** Where the declared bytes come from. A missing file with unmanaged content is made empty. */
export type DeclaredContent =
  | { readonly type: "unmanaged" }
  | InlineContent
  | TemplateContent
  | { readonly type: "path"; readonly path: string }
  | { readonly type: "url"; readonly url: string; readonly sha256: string }
  | KeptContent;

/** Content written in the manifest itself, or rendered. */
export interface InlineContent {
  readonly type: "inline";
  readonly text: string;
  /** Its UTF-8, for a text of more than 16,384 characters only: most are compared as text and never encoded. */
  readonly bytes?: Uint8Array;
}

/** Fields that each say what the content is. */
const SOURCES = ["content", "contentFrom", "template"] as const;

/** Joins path and input, and reports what contradicts itself. */
export function bindFile(name: string, input: FileInput, report: BindReport): FileSpec {
  checkAbsolutePath(name, "", report);
  if (name === "/") report("", "not a file", "/ is a directory: name a file");
  const sources = SOURCES.filter((field) => input[field] !== undefined);
  if (sources.length > 1) {
    const detail = `${sources.join(" and ")} exclude each other: keep one of them`;
    report(sources.at(-1) ?? "", "two sources of content", detail);
  }
  if (input.validate !== undefined && !input.validate.some((word) => word.includes("%s"))) {
    const detail =
      'write %s where the path of the new content belongs, e.g. ["visudo", "-cf", "%s"]';
    report("validate", "the check does not read the content", detail);
  }
  const backupSuffix = bindBackup(input.backup, report);
  return {
    path: name,
    content: bindContent(input, report),
    ...bindAttributes(input),
    ...(input.validate === undefined ? {} : { validate: input.validate }),
    ...(backupSuffix === undefined ? {} : { backupSuffix }),
    followLink: input.followLink === true,
    isAbsent: input.state === "absent",
  };
}

/** No such file, nor a link in its place. */
export function absentFile({ path, followLink }: FileSpec): FileSpec {
  return { path, content: { type: "unmanaged" }, followLink, isAbsent: true };
}

/** The path on the host that the content, or the template of it, comes from. */
export function sourcePaths({ content }: FileSpec): readonly string[] {
  if (content.type === "path") return [content.path];
  return content.type === "template" && content.from.type === "path" ? [content.from.path] : [];
}

/** A file comes after the accounts it names and the file its content comes from. */
export function neededByFile(spec: FileSpec): readonly Thing[] {
  const accounts = accountsNeeded(spec);
  return [...accounts, ...sourcePaths(spec).map((path): Thing => `path:${path}`)];
}

/** Shared, because most files have no check. */
const NOTHING: readonly Thing[] = [];

/** What the check of its content runs and reads. */
export function usedByFile({ validate }: FileSpec): readonly Thing[] {
  return validate === undefined
    ? NOTHING
    : readByCommand(validate.filter((word) => !word.includes("%s")));
}

/** A file with a secret in it says who may read it: left out, a new file would be readable by everybody. */
export function refuseReadable({ mode }: FileSpec, report: BindReport): void {
  if (mode !== undefined && !isWorldReadable(mode)) return;
  const detail =
    'a file that holds a secret declares a mode without rights for others: write mode: "0600", or "0640" with a group';
  report(mode === undefined ? "" : "mode", "a secret that everybody could read", detail);
}

function bindContent(input: FileInput, report: BindReport): DeclaredContent {
  const { content, contentFrom, template } = input;
  if (content !== undefined) {
    if (!content.isWellFormed()) {
      const detail = "the content holds half a surrogate pair, which has no UTF-8 form";
      report("content", "not Unicode text", detail);
    }
    return inlineContent(content);
  }
  if (template !== undefined) {
    const made = bindTemplate(template, report);
    return made.type === "inline" ? inlineContent(made.text) : made;
  }
  if (contentFrom === undefined) return { type: "unmanaged" };
  if ("path" in contentFrom) {
    checkAbsolutePath(contentFrom.path, "contentFrom.path", report);
    return { type: "path", path: contentFrom.path };
  }
  return { type: "url", url: contentFrom.url, sha256: contentFrom.sha256.toLowerCase() };
}

/** A text as content. */
export function inlineContent(text: string): InlineContent {
  const isLong = text.length > LONG_TEXT_CHARACTERS;
  return { type: "inline", text, ...(isLong ? { bytes: encodeText(text) } : {}) };
}

function bindBackup(backup: FileInput["backup"], report: BindReport): string | undefined {
  if (backup === undefined || backup === false) return undefined;
  if (backup === true) return DEFAULT_BACKUP_SUFFIX;
  if (!/^[^/\0]{1,64}$/.test(backup)) {
    const detail = 'a suffix has 1 to 64 characters and no slash, e.g. ".bak"';
    report("backup", "not a suffix", detail);
  }
  return backup;
}
