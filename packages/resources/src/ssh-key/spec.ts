import {
  type AuthorizedKeyEntry,
  authorizedKeyFormat,
  authorizedKeyId,
  type BindReport,
  type KeyOption,
  type Ownership,
} from "@holdfast/core";
import * as z from "zod/mini";
import { userNameSchema } from "../account/account-fields.ts";
import { byteStringOf } from "../byte-text.ts";
import { stateSchema } from "../declared-state.ts";

/** Longer lines are cut off by sshd. */
const MAX_LINE = 8_192;
const lineSchema = z.string().check(z.minLength(1), z.maxLength(MAX_LINE));

/** What an author writes under `spec` of an ssh-key; its name is free. */
export const sshKeySchema = z.strictObject({
  user: userNameSchema.check(z.describe("Whose key it is: a user of this machine.")),
  key: z
    .union([lineSchema, z.array(lineSchema).check(z.minLength(1))])
    .check(z.describe("The public key: type, key and perhaps a comment. Or a list of them.")),
  options: z.optional(
    z
      .array(lineSchema)
      .check(
        z.describe('Options of sshd, e.g. no-pty or command="…"; []: none. Else as they are.'),
      ),
  ),
  comment: z.optional(
    z.string().check(z.maxLength(MAX_LINE), z.describe("The comment. Left out: as it is.")),
  ),
  exclusive: z.optional(
    z.boolean().check(z.describe("The user has no other keys: they are removed. Default: false.")),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of an ssh-key. */
export type SshKeyInput = z.infer<typeof sshKeySchema>;

/** Keys that may log in as a user. Texts of a line are byte strings. */
export interface SshKeySpec {
  readonly user: string;
  /** Each once; its comment is that of a line that is made. */
  readonly keys: readonly AuthorizedKeyEntry[];
  /** `undefined`: whatever they have. */
  readonly options?: readonly KeyOption[];
  readonly comment?: string;
  readonly isExclusive: boolean;
  readonly isAbsent: boolean;
}

/** Reads keys and options, and reports what sshd would not take. */
export function bindSshKey(_name: string, input: SshKeyInput, report: BindReport): SshKeySpec {
  const { user, comment } = input;
  const isAbsent = input.state === "absent";
  const keys = bindKeys(input.key, report);
  const options = bindOptions(input.options, report);
  if (comment !== undefined && keys.length > 1) {
    report("comment", "one comment for several keys", "write each comment behind its key");
  }
  if (comment !== undefined && !isComment(comment)) {
    report("comment", "not a comment", "a comment is one line without blanks around it");
  }
  if (isAbsent && input.exclusive === true) {
    report("exclusive", "nobody could log in", "keep exclusive or state: absent, not both");
  }
  return {
    user,
    keys,
    ...(options === undefined ? {} : { options }),
    ...(comment === undefined ? {} : { comment: byteStringOf(comment) }),
    isExclusive: input.exclusive === true && !isAbsent,
    isAbsent,
  };
}

/** The same keys, not among those of the user. */
export function absentSshKey(spec: SshKeySpec): SshKeySpec {
  return { ...spec, isExclusive: false, isAbsent: true };
}

/** All keys of the user where no others may be, else its own; two resources about one key would undo each other. */
export function thingsOfSshKey({ user, keys, isExclusive }: SshKeySpec): readonly Ownership[] {
  return [
    { thing: `authorized-keys:${user}`, isWhole: isExclusive },
    ...keys.map((key) => ({
      thing: `authorized-key:${user} ${authorizedKeyId(key)}` as const,
      isWhole: true,
    })),
  ];
}

/** Options as they are compared: their order says nothing, nor does the case of their names. */
export function comparableOptions(options: readonly KeyOption[]): string {
  const texts = options.map((option) => optionText({ ...option, name: option.name.toLowerCase() }));
  return texts.toSorted().join(",");
}

/** An option as it stands in a line. */
export function optionText(option: KeyOption): string {
  return authorizedKeyFormat.print({ options: [option], type: "", blob: "", comment: "" });
}

function bindKeys(written: SshKeyInput["key"], report: BindReport): readonly AuthorizedKeyEntry[] {
  const keys = new Map<string, AuthorizedKeyEntry>();
  for (const line of typeof written === "string" ? [written] : written) {
    const meaning = parseLine(line);
    if (meaning.type !== "entry") report("key", "not a public key", notKey(line));
    else if (meaning.entry.options.length > 0) {
      report("key", "options before a key", "write options into the field options");
    } else keys.set(authorizedKeyId(meaning.entry), meaning.entry);
  }
  return [...keys.values()];
}

/** What was written is not repeated: it may be the private one. */
function notKey(line: string): string {
  if (line.includes("PRIVATE KEY")) {
    return "this is a private key: write the public one, from the file that ends in .pub";
  }
  return "write one line as it is in the file that ends in .pub: ssh-ed25519 AAAA… comment";
}

function bindOptions(
  written: SshKeyInput["options"],
  report: BindReport,
): readonly KeyOption[] | undefined {
  return written?.flatMap((text) => {
    const meaning = parseLine(`${text} ${SAMPLE_KEY}`);
    const options = meaning.type === "entry" ? meaning.entry.options : [];
    if (options.length !== 1) {
      const detail = `"${text}" is not one option: write no-pty, or command="/usr/bin/backup"`;
      report("options", "not an option of a key", detail);
    }
    return options;
  });
}

/** Any key, for reading what stands before one. */
const SAMPLE_KEY =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

function parseLine(line: string): ReturnType<typeof authorizedKeyFormat.parse> {
  const text = byteStringOf(line.trim());
  if (/\p{Cc}/u.test(text.replaceAll("\t", ""))) {
    return { type: "broken", why: "has a control character" };
  }
  return authorizedKeyFormat.parse(text);
}

function isComment(comment: string): boolean {
  return comment === comment.trim() && !/\p{Cc}/u.test(comment);
}
