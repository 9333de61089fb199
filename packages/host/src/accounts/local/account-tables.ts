import {
  Fault,
  type FileReader,
  type FileReading,
  type GroupEntry,
  groupFormat,
  type LineFormat,
  type Observation,
  parseTable,
  type PasswdEntry,
  passwdFormat,
  present,
  type ShadowEntry,
  shadowFormat,
  type SubordinateEntry,
  subordinateFormat,
  type TextTable,
  unknown,
} from "@holdfast/core";
import { type LoginDefaults, parseLoginDefaults } from "./login-defaults.ts";

/** The files of accounts, in the order in which the shadow tools replace them. */
export const ACCOUNT_PATHS = [
  "/etc/passwd",
  "/etc/shadow",
  "/etc/group",
  "/etc/gshadow",
  "/etc/subuid",
  "/etc/subgid",
] as const;

const LOGIN_DEFAULTS = "/etc/login.defs";
const MOST_BYTES = 16 * 1024 * 1024;

/** The files of accounts, each read once. A missing file is an empty one. */
export interface AccountTables {
  readonly passwd: TextTable<PasswdEntry>;
  /** Unknown to who may not read it. */
  readonly shadow: Observation<TextTable<ShadowEntry>>;
  readonly group: TextTable<GroupEntry>;
  readonly subuid: TextTable<SubordinateEntry>;
  readonly subgid: TextTable<SubordinateEntry>;
  readonly defaults: LoginDefaults;
}

/**
 * Reads the files of accounts, links among them under the rule for links.
 * @throws {Fault} why one cannot be read, but for the shadow file, which only root reads; Aborted.
 */
export async function readAccountTables(
  files: FileReader,
  signal: AbortSignal,
): Promise<AccountTables> {
  // /etc/gshadow repeats what /etc/group says, and what counts is there.
  const paths = ["/etc/passwd", "/etc/shadow", "/etc/group", "/etc/subuid", "/etc/subgid"];
  const requests = [...paths, LOGIN_DEFAULTS].map(
    (path) => ({ path, content: "bytes", maxBytes: MOST_BYTES, followLink: true }) as const,
  );
  const [passwd, shadow, group, subuid, subgid, defaults] = (
    await files.readMany(requests, signal)
  ).map((reading, position) => textOf(reading, requests[position]?.path ?? ""));
  return {
    passwd: known(passwd, passwdFormat),
    shadow: table(shadow, shadowFormat),
    group: known(group, groupFormat),
    subuid: known(subuid, subordinateFormat),
    subgid: known(subgid, subordinateFormat),
    defaults: parseLoginDefaults(valueOf(defaults)),
  };
}

function textOf(reading: Observation<FileReading>, path: string): Observation<string> {
  if (reading.type === "unknown") return reading;
  if (reading.type === "absent") return present("");
  const { bytes, entry } = reading.value;
  if (bytes !== undefined)
    return present(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  return unknown(unreadable(path, entry.type === "file"));
}

function table<Entry>(
  text: Observation<string> | undefined,
  format: LineFormat<Entry>,
): Observation<TextTable<Entry>> {
  if (text?.type === "unknown") return text;
  return present(parseTable(valueOf(text), format));
}

function known<Entry>(
  text: Observation<string> | undefined,
  format: LineFormat<Entry>,
): TextTable<Entry> {
  return parseTable(valueOf(text), format);
}

function valueOf(text: Observation<string> | undefined): string {
  if (text?.type === "unknown") throw text.fault;
  return text?.type === "present" ? text.value : "";
}

function unreadable(path: string, isFile: boolean): Fault {
  return new Fault({
    reason: isFile ? "ContentTooLarge" : "WrongType",
    message: isFile ? `${path} is longer than ${MOST_BYTES} bytes` : `${path} is no regular file`,
    resolution: "Put the account file right by hand (vipw, vigr).",
  });
}
