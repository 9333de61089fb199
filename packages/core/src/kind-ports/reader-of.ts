import type { HostReader, HostWriter } from "../ports/host.ts";

/**
 * A host that can only be read: an object that has no method that writes, whatever its type is taken for. It reads
 * through the host it was made of.
 */
export function readerOf(host: HostWriter): HostReader {
  const { facts, commands, paths, hash, certificates, oneShots } = host;
  return {
    ...dataOf(host),
    ...toolsOf(host),
    containers: containersOf(host),
    facts,
    commands: {
      query: (query, signal) => commands.query(query, signal),
      check: (query, signal) => commands.check(query, signal),
    },
    paths,
    hash,
    certificates,
    oneShots: { state: (key) => oneShots.state(key) },
  };
}

/** What lies on the disk. */
function dataOf({ files, accounts }: HostWriter): Pick<HostReader, "files" | "accounts"> {
  return {
    files: {
      readMany: (requests, signal) => files.readMany(requests, signal),
      read: (request, signal) => files.read(request, signal),
      stream: (request, signal) => files.stream(request, signal),
      details: (request, signal) => files.details(request, signal),
      list: (path, signal) => files.list(path, signal),
      readTree: (request, signal) => files.readTree(request, signal),
    },
    accounts: {
      userId: (name, signal) => accounts.userId(name, signal),
      groupId: (name, signal) => accounts.groupId(name, signal),
      readUsers: (signal) => accounts.readUsers(signal),
      readGroups: (signal) => accounts.readGroups(signal),
      lookupName: (name, signal) => accounts.lookupName(name, signal),
      watch: (hear, signal) => accounts.watch(hear, signal),
    },
  };
}

/** What programs and the kernel answer. */
function toolsOf({
  packages,
  services,
  system,
  git,
  mounts,
  firewall,
  network,
}: HostWriter): Pick<
  HostReader,
  "packages" | "services" | "system" | "git" | "mounts" | "firewall" | "network"
> {
  return {
    packages: {
      read: (signal) => packages.read(signal),
      candidates: (names, signal) => packages.candidates(names, signal),
      areListsStale: (signal) => packages.areListsStale(signal),
      compareVersions: (a, b) => packages.compareVersions(a, b),
      lockHolder: (signal) => packages.lockHolder(signal),
      transactionState: (task, signal) => packages.transactionState(task, signal),
      watch: (sink, signal) => packages.watch(sink, signal),
    },
    services: {
      observeMany: (requests, signal) => services.observeMany(requests, signal),
      transientState: (unit, signal) => services.transientState(unit, signal),
      endOfTransient: (unit, signal) => services.endOfTransient(unit, signal),
      watch: (units, sink, signal) => services.watch(units, sink, signal),
      connection: () => services.connection(),
    },
    system: {
      hostName: (signal) => system.hostName(signal),
      bootId: (signal) => system.bootId(signal),
    },
    git: {
      observe: (query, signal) => git.observe(query, signal),
      branchHead: (query, signal) => git.branchHead(query, signal),
    },
    mounts: {
      read: (sources, signal) => mounts.read(sources, signal),
      swapContent: (path, signal) => mounts.swapContent(path, signal),
      watch: (hear, signal) => mounts.watch(hear, signal),
    },
    firewall: {
      read: (names, signal) => firewall.read(names, signal),
      check: (table, signal) => firewall.check(table, signal),
      watch: (hear, signal) => firewall.watch(hear, signal),
    },
    network: {
      read: (names, signal) => network.read(names, signal),
      isNetworkdRunning: (signal) => network.isNetworkdRunning(signal),
      watch: (hear, signal) => network.watch(hear, signal),
    },
  };
}

function containersOf({ containers }: HostWriter): HostReader["containers"] {
  return {
    containers: (names, signal) => containers.containers(names, signal),
    images: (references, signal) => containers.images(references, signal),
    networks: (names, signal) => containers.networks(names, signal),
    volumes: (names, signal) => containers.volumes(names, signal),
    usersOf: (thing, signal) => containers.usersOf(thing, signal),
    watch: (hear, signal) => containers.watch(hear, signal),
  };
}
