import {
  Fault,
  type FileReader,
  type HostsEntry,
  hostsFormat,
  type Observation,
  type Ownership,
  parseTable,
  present,
  printTable,
  type TextTable,
  unknown,
  type WriteContext,
} from "@holdfast/core";
import { fromByteString, toByteString, wideTextFault } from "../byte-text.ts";
import { editAgain } from "../edit-again.ts";
import { wrongType, writeFault } from "../path-faults.ts";

/** Where names are resolved without a network. */
export const HOSTS = "/etc/hosts";

const MOST_BYTES = 1_048_576;

/** The whole of /etc/hosts; lines that nobody edits are kept byte for byte. */
export type HostsTable = TextTable<HostsEntry>;

/** What a resource owns that decides about names: a part of the file, and all that it says of each of them. */
export function ownedByNames(names: readonly string[]): readonly Ownership[] {
  // The case of a name says nothing.
  const folded = new Set(names.map((name) => name.toLowerCase()));
  const owned = Array.from(folded, (name): Ownership => {
    return { thing: `hosts-name:${name}`, isWhole: true };
  });
  return [{ thing: `path:${HOSTS}`, isWhole: false }, ...owned];
}

/** Reads /etc/hosts. Absent when there is no such file. */
export async function readHosts(
  files: FileReader,
  signal: AbortSignal,
): Promise<Observation<HostsTable>> {
  const request = { path: HOSTS, content: "bytes", maxBytes: MOST_BYTES } as const;
  const found = await files.read(request, signal);
  if (found.type !== "present") return found;
  const { entry, bytes } = found.value;
  if (entry.type !== "file") {
    const resolution = "Make it a regular file, or declare no line of it.";
    return unknown(wrongType({ path: HOSTS, type: entry.type }, "a regular file", resolution));
  }
  if (bytes === undefined) return unknown(tooLarge(entry.sizeBytes));
  const fault = wideTextFault(bytes, HOSTS);
  if (fault !== undefined) return unknown(fault);
  return present(parseTable(toByteString(bytes), hostsFormat));
}

/**
 * Makes an edit in the /etc/hosts of now, again where another program changed it meanwhile. An edit that changes nothing
 * writes nothing.
 * @throws {Fault} NotFound, without a file: one line alone would leave localhost without an address; WrongType,
 *   ContentInvalid, ContentTooLarge, ChangedMeanwhile, and what keeps it from being written.
 */
export function editHosts(
  edit: (table: HostsTable) => HostsTable,
  context: WriteContext,
): Promise<void> {
  return editAgain(() => editOnce(edit, context));
}

async function editOnce(
  edit: (table: HostsTable) => HostsTable,
  { host, attempt, signal }: WriteContext,
): Promise<void> {
  const hosts = await readHosts(host.files, signal);
  if (hosts.type === "unknown") throw hosts.fault;
  if (hosts.type === "absent") throw noFile();
  const edited = edit(hosts.value);
  if (edited === hosts.value) return;
  const content = fromByteString(printTable(edited));
  const expects = fromByteString(printTable(hosts.value));
  try {
    await host.files.write({ path: HOSTS, content, expects, attempt }, signal);
  } catch (error) {
    throw writeFault(error, HOSTS);
  }
}

function noFile(): Fault {
  return new Fault({
    reason: "NotFound",
    message: `${HOSTS} does not exist, and one line of it does not make it`,
    resolution: `Make ${HOSTS} with a line for localhost, or declare no line of it.`,
    retry: "backoff",
  });
}

function tooLarge(sizeBytes: number): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${HOSTS} has ${sizeBytes} bytes; at most ${MOST_BYTES} are edited`,
    resolution: "Have a name server answer for most of it, or declare no line of it.",
  });
}
