import {
  type BindReport,
  parseTable,
  printTable,
  putEntry,
  sysctlFormat,
  sysctlPath,
} from "@holdfast/core";
import * as z from "zod/mini";
import { byteStringOf, readableText } from "../byte-text.ts";
import { stateSchema } from "../declared-state.ts";
import type { FileSpec } from "../file/spec.ts";
import { RENDERED_HEADER, renderedFile } from "../rendered-file/rendered-file.ts";

/** What the kernel takes of a value by one write is less. */
const MAX_VALUE = 2048;
/** The longest name of a file. */
const MAX_NAME_BYTES = 255;

/** Components of a key: no `..`, no pattern, nothing that a line of sysctl.d would end or that it would not be read back of. */
const COMPONENT = /^(?!\.{1,2}$)[^\s=*?[\]{}\p{Cc}]+$/u;

/** What an author writes under `spec` of a sysctl; its name is the key. */
export const sysctlSchema = z.strictObject({
  value: z.optional(
    z
      .union([z.string(), z.int()])
      .check(z.describe("The value, as the kernel shows it. Spaces and tabs are the same.")),
  ),
  live: z.optional(
    z.boolean().check(z.describe("The running kernel has the value. Default: true.")),
  ),
  persisted: z.optional(
    z
      .boolean()
      .check(
        z.describe("The kernel gets the value at boot; false: not by Holdfast. Default: true."),
      ),
  ),
  state: stateSchema,
});

/** What an author writes under `spec` of a sysctl. */
export type SysctlInput = z.infer<typeof sysctlSchema>;

/** What a key should be, in the running kernel and at boot. */
export interface SysctlSpec {
  /** With slashes, e.g. `net/ipv4/ip_forward`. */
  readonly key: string;
  readonly value: string;
  readonly isLive: boolean;
  /** The file of this key alone; absent when it is not persisted. */
  readonly dropIn: FileSpec;
  readonly isAbsent: boolean;
}

/** Joins key and input. */
export function bindSysctl(name: string, input: SysctlInput, report: BindReport): SysctlSpec {
  const key = bindKey(name, report);
  const isAbsent = input.state === "absent";
  const value = isAbsent ? "" : bindValue(input, report);
  const isPersisted = input.persisted !== false && !isAbsent;
  if (!isAbsent && !isPersisted && input.live === false) {
    report("persisted", "nothing to keep", "keep live or persisted, or write state: absent");
  }
  return {
    key,
    value,
    isLive: input.live !== false && !isAbsent,
    dropIn: renderedFile(
      { path: dropInPath(key), text: isPersisted ? dropInText(key, value) : undefined },
      report,
    ),
    isAbsent,
  };
}

/** Not set at boot; what the running kernel has stays, for nobody knows what it had before. */
export function absentSysctl({ key }: SysctlSpec): SysctlSpec {
  return bindSysctl(key, { state: "absent" }, () => {});
}

/** The text of the file of one key. */
export function dropInText(key: string, value: string): string {
  const entry = { path: byteStringOf(key), value: byteStringOf(value), mayFail: false };
  const table = putEntry(parseTable(RENDERED_HEADER, sysctlFormat), entry);
  return readableText(printTable(table));
}

/** A value as it is compared: the kernel puts tabs between what people write with spaces. */
export function comparableValue(value: string): string {
  return value.trim().split(/\s+/).join(" ");
}

/**
 * Each key has a file of its own, so that no key is lost by writing another (K8). Two keys never have one name: a dot in
 * a component is written as `%2E`.
 */
function dropInPath(key: string): string {
  const escaped = key.replace(/[%.]/g, (character) => (character === "." ? "%2E" : "%25"));
  return `/etc/sysctl.d/99-holdfast-${escaped.replaceAll("/", ".")}.conf`;
}

function bindKey(name: string, report: BindReport): string {
  const key = sysctlPath(name);
  const components = key.split("/");
  const isKey =
    components.length > 1 &&
    components.every((component) => COMPONENT.test(component)) &&
    !/^[-#;]/.test(key);
  if (!isKey) {
    const detail = `"${name}" is not a path below /proc/sys: write it as in net.ipv4.ip_forward`;
    report("", "not a kernel parameter", detail);
    return "kernel/invalid";
  }
  const fileName = dropInPath(key).slice("/etc/sysctl.d/".length);
  if (new TextEncoder().encode(fileName).length > MAX_NAME_BYTES) {
    report("", "not a kernel parameter", "the name is longer than a file name may be");
  }
  return key;
}

function bindValue({ value }: SysctlInput, report: BindReport): string {
  if (value === undefined) {
    report("", "no value", "write value, or state: absent so that it is not set at boot");
    return "0";
  }
  const text = String(value).trim();
  if (text === "" || text.length > MAX_VALUE || /[^\P{Cc}\t]/u.test(text)) {
    const detail = "a value is one line of 1 to 2048 characters";
    report("value", "not a value of a kernel parameter", detail);
    return "0";
  }
  return text;
}
