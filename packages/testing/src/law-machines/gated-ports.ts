import type {
  AccountWriter,
  Archives,
  CommandQuery,
  CommandRequest,
  CommandResult,
  CommandWriter,
  HostWriter,
  PackageWriter,
  SystemWriter,
} from "@holdfast/core";
import { type CallGate, KILLED } from "./call-gate.ts";
import { gatedContainers } from "./gated-containers.ts";
import { gatedFirewall } from "./gated-firewall.ts";
import { gatedGit } from "./gated-git.ts";
import { gatedMounts } from "./gated-mounts.ts";
import { gatedNetwork } from "./gated-network.ts";
import { gatedServices } from "./gated-services.ts";

type Ports = Pick<
  HostWriter,
  | "accounts"
  | "archives"
  | "containers"
  | "downloads"
  | "firewall"
  | "mounts"
  | "network"
  | "packages"
  | "services"
  | "system"
  | "git"
>;

/** Commands that a law can have killed in the middle of their work. */
export interface KillableCommands extends CommandWriter {
  /** Runs it until it has changed so much. Default: it does nothing, or, where there is more to change, all of it. */
  runKilled?(
    request: CommandRequest,
    afterChanges: number,
    signal: AbortSignal,
  ): Promise<CommandResult>;
}

/** Accounts, archives, commands, containers, downloads, firewall, mounts, network, packages, services, the system and git, each call through the gate. Watches and hashes meet no trouble. */
export function gatedPorts(
  {
    accounts,
    archives,
    containers,
    commands,
    downloads,
    firewall,
    mounts,
    network,
    packages,
    services,
    system,
    git,
  }: Ports & { readonly commands: KillableCommands },
  gate: CallGate,
): Ports & Pick<HostWriter, "commands"> {
  const fetch = { name: "downloads.stream", isMutation: false };
  return {
    accounts: gatedAccounts(accounts, gate),
    archives: gatedArchives(archives, gate),
    commands: gatedCommands(commands, gate),
    downloads: {
      async *stream(request, signal) {
        const chunks = downloads.stream(request, signal);
        yield* await gate.port(fetch, async () => chunks, signal);
      },
    },
    containers: gatedContainers(containers, gate),
    firewall: gatedFirewall(firewall, gate),
    mounts: gatedMounts(mounts, gate),
    network: gatedNetwork(network, gate),
    packages: gatedPackages(packages, gate),
    services: gatedServices(services, gate),
    system: gatedSystem(system, gate),
    git: gatedGit(git, gate),
  };
}

function gatedSystem(system: SystemWriter, gate: CallGate): SystemWriter {
  const through = <T>(
    name: keyof SystemWriter,
    run: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    const isMutation = name === "setHostName" || name === "reboot";
    return gate.port({ name: `system.${name}`, isMutation }, run, signal);
  };
  return {
    hostName: (signal) => through("hostName", () => system.hostName(signal), signal),
    bootId: (signal) => through("bootId", () => system.bootId(signal), signal),
    setHostName: (name, signal) =>
      through("setHostName", () => system.setHostName(name, signal), signal),
    reboot: (request, signal) => through("reboot", () => system.reboot(request, signal), signal),
  };
}

/** What is opened must be closed, so trouble comes before that. */
function gatedArchives(archives: Archives, gate: CallGate): Archives {
  const enter = (name: string, signal: AbortSignal): Promise<void> =>
    gate.port({ name: `archives.${name}`, isMutation: false }, async () => {}, signal);
  return {
    async open(chunks, signal) {
      await enter("open", signal);
      const archive = await archives.open(chunks, signal);
      return {
        sha256: archive.sha256,
        async *entries(limits, inTime) {
          await enter("entries", inTime);
          yield* archive.entries(limits, inTime);
        },
        [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
      };
    },
  };
}

function gatedPackages(packages: PackageWriter, gate: CallGate): PackageWriter {
  const through = <T>(
    name: string,
    run: () => Promise<T>,
    signal: AbortSignal,
    isMutation = false,
  ): Promise<T> => gate.port({ name: `packages.${name}`, isMutation }, run, signal);
  return {
    ...packages,
    read: (signal) => through("read", () => packages.read(signal), signal),
    candidates: (names, signal) =>
      through("candidates", () => packages.candidates(names, signal), signal),
    areListsStale: (signal) =>
      through("areListsStale", () => packages.areListsStale(signal), signal),
    lockHolder: (signal) => through("lockHolder", () => packages.lockHolder(signal), signal),
    transactionState: (task, signal) =>
      through("transactionState", () => packages.transactionState(task, signal), signal),
    transact: (request, run, signal) =>
      through("transact", () => packages.transact(request, run, signal), signal, true),
  };
}

function gatedAccounts(accounts: AccountWriter, gate: CallGate): AccountWriter {
  const read = <T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    gate.port({ name: "accounts", isMutation: false }, call, signal);
  const write = (name: string, call: () => Promise<void>, signal: AbortSignal): Promise<void> =>
    gate.port({ name: `accounts.${name}`, isMutation: true }, call, signal);
  return {
    userId: (name, signal) => read(() => accounts.userId(name, signal), signal),
    groupId: (name, signal) => read(() => accounts.groupId(name, signal), signal),
    readUsers: (signal) => read(() => accounts.readUsers(signal), signal),
    readGroups: (signal) => read(() => accounts.readGroups(signal), signal),
    lookupName: (name, signal) => read(() => accounts.lookupName(name, signal), signal),
    watch: (hear, signal) => accounts.watch(hear, signal),
    createUser: (user, signal) =>
      write("createUser", () => accounts.createUser(user, signal), signal),
    changeUser: (name, changes, signal) =>
      write("changeUser", () => accounts.changeUser(name, changes, signal), signal),
    makeHome: (name, signal) => write("makeHome", () => accounts.makeHome(name, signal), signal),
    removeUser: (name, options, signal) =>
      write("removeUser", () => accounts.removeUser(name, options, signal), signal),
    createGroup: (group, signal) =>
      write("createGroup", () => accounts.createGroup(group, signal), signal),
    changeGroup: (name, changes, signal) =>
      write("changeGroup", () => accounts.changeGroup(name, changes, signal), signal),
    removeGroup: (name, signal) =>
      write("removeGroup", () => accounts.removeGroup(name, signal), signal),
    setMembership: (name, groups, signal) =>
      write("setMembership", () => accounts.setMembership(name, groups, signal), signal),
    setPassword: (name, password, signal) =>
      write("setPassword", () => accounts.setPassword(name, password, signal), signal),
    setLocked: (name, isLocked, signal) =>
      write("setLocked", () => accounts.setLocked(name, isLocked, signal), signal),
    setAging: (name, aging, signal) =>
      write("setAging", () => accounts.setAging(name, aging, signal), signal),
    setSubordinateIds: (name, ids, signal) =>
      write("setSubordinateIds", () => accounts.setSubordinateIds(name, ids, signal), signal),
  };
}

function gatedCommands(commands: KillableCommands, gate: CallGate): CommandWriter {
  const through = (
    name: "query" | "run",
    request: CommandQuery,
    signal: AbortSignal,
  ): Promise<CommandResult> => {
    const run = (): Promise<CommandResult> => commands[name](request, signal);
    const runKilled = async (afterChanges: number): Promise<CommandResult> => {
      if (commands.runKilled) return commands.runKilled(request, afterChanges, signal);
      if (afterChanges > 0) await run();
      return KILLED;
    };
    const call = { name: `commands.${name}`, isMutation: name === "run" };
    return gate.command(call, { run, runKilled }, signal);
  };
  return {
    query: (query, signal) => through("query", query, signal),
    run: (request, signal) => through("run", request, signal),
    check: (query, signal) => {
      const call = { name: "commands.check", isMutation: false };
      return gate.port(call, () => commands.check(query, signal), signal);
    },
  };
}
