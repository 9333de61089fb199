import type { HostReader, HostWriter } from "../ports/host.ts";

/**
 * A host that can only be read: an object that has no method that writes, whatever its type is taken for. It reads
 * through the host it was made of.
 */
export function readerOf(host: HostWriter): HostReader {
  const { files, accounts, commands, paths, hash, oneShots } = host;
  return {
    files: {
      readMany: (requests, signal) => files.readMany(requests, signal),
      read: (request, signal) => files.read(request, signal),
      list: (path, signal) => files.list(path, signal),
    },
    accounts,
    commands,
    paths,
    hash,
    oneShots: { state: (key) => oneShots.state(key) },
  };
}
