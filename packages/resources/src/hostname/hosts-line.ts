import {
  type FileReader,
  findEntry,
  type Observation,
  present,
  putEntry,
  type WriteContext,
} from "@holdfast/core";
import { editHosts, readHosts } from "../hosts-file/hosts-file.ts";

/** The address that Debian gives a machine's own name (hosts(5)), so that 127.0.0.1 stays localhost. */
export const OWN_ADDRESS = "127.0.1.1";

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
  return editHosts((table) => putEntry(table, { address: OWN_ADDRESS, names }), context);
}
