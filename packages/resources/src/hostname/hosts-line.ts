import {
  Fault,
  type FileReader,
  findEntry,
  type HostsEntry,
  hostsFormat,
  type Observation,
  parseTable,
  present,
  printTable,
  putEntry,
  type TextTable,
  unknown,
  type WriteContext,
} from "@holdfast/core";
import { fromByteString, toByteString, wideTextFault } from "../byte-text.ts";
import { editAgain } from "../edit-again.ts";
import { wrongType, writeFault } from "../path-faults.ts";

/** Where names are resolved without a network. */
export const HOSTS = "/etc/hosts";
/** The address that Debian gives a machine's own name (hosts(5)), so that 127.0.0.1 stays localhost. */
export const OWN_ADDRESS = "127.0.1.1";

const MOST_BYTES = 1_048_576;

/** The whole of /etc/hosts; lines that nobody edits are kept byte for byte. Absent when there is no such file. */
type Hosts = TextTable<HostsEntry>;

/** The names of the machine's own address; `undefined` without such a line. Absent when there is no file. */
export async function observeHostsNames(
  files: FileReader,
  signal: AbortSignal,
): Promise<Observation<readonly string[] | undefined>> {
  const hosts = await readHosts(files, signal);
  if (hosts.type !== "present") return hosts;
  return present(findEntry(hosts.value, OWN_ADDRESS)?.names);
}

/**
 * Makes the line of the machine's own address have these names, in the file as it is now.
 * @throws {Fault} NotFound, without a file: one line alone would leave localhost without an address.
 */
export function writeHostsNames(names: readonly string[], context: WriteContext): Promise<void> {
  return editAgain(() => editOnce(names, context));
}

async function editOnce(
  names: readonly string[],
  { host, attempt, signal }: WriteContext,
): Promise<void> {
  const hosts = await readHosts(host.files, signal);
  if (hosts.type === "unknown") throw hosts.fault;
  if (hosts.type === "absent") throw noFile();
  const edited = putEntry(hosts.value, { address: OWN_ADDRESS, names });
  if (edited === hosts.value) return;
  const content = fromByteString(printTable(edited));
  const expects = fromByteString(printTable(hosts.value));
  try {
    await host.files.write({ path: HOSTS, content, expects, attempt }, signal);
  } catch (error) {
    throw writeFault(error, HOSTS);
  }
}

async function readHosts(files: FileReader, signal: AbortSignal): Promise<Observation<Hosts>> {
  const request = { path: HOSTS, content: "bytes", maxBytes: MOST_BYTES } as const;
  const found = await files.read(request, signal);
  if (found.type !== "present") return found;
  const { entry, bytes } = found.value;
  if (entry.type !== "file") {
    const resolution = "Make it a regular file, or leave hostsLine out.";
    return unknown(wrongType({ path: HOSTS, type: entry.type }, "a regular file", resolution));
  }
  if (bytes === undefined) return unknown(tooLarge(entry.sizeBytes));
  const fault = wideTextFault(bytes, HOSTS);
  if (fault !== undefined) return unknown(fault);
  return present(parseTable(toByteString(bytes), hostsFormat));
}

function noFile(): Fault {
  return new Fault({
    reason: "NotFound",
    message: `${HOSTS} does not exist, and one line of it does not make it`,
    resolution: `Make ${HOSTS} with a line for localhost, or leave hostsLine out.`,
    retry: "backoff",
  });
}

function tooLarge(sizeBytes: number): Fault {
  return new Fault({
    reason: "ContentTooLarge",
    message: `${HOSTS} has ${sizeBytes} bytes; at most ${MOST_BYTES} are edited`,
    resolution: "Have a name server answer for most of it, or leave hostsLine out.",
  });
}
