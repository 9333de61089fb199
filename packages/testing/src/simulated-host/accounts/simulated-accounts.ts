import {
  type Accounts,
  type AccountWriter,
  type Clock,
  entriesOf,
  type Fault,
  type FileWriter,
  groupFormat,
  type Log,
  parseAccountId,
  parseTable,
  type PathWatches,
  passwdFormat,
  throwIfAborted,
} from "@holdfast/core";
import { createAccountWriter, type NameService } from "@holdfast/host";
import type { SimulatedKernel } from "../kernel/kernel.ts";
import { type SimulatedAccountSystem, simulatedAccountSystem } from "./simulated-account-system.ts";

/** Accounts of a simulated machine: those in the files of its disk, and those that its name service knows. */
export interface SimulatedAccounts extends AccountWriter {
  /** Ids by name that the name service knows besides the files; `root` is there from the start. */
  readonly users: Map<string, number>;
  readonly groups: Map<string, number>;
  /** While set, the name service fails with it. */
  outage: Fault | undefined;
  /** The shadow tools, the processes and the locks. */
  readonly system: SimulatedAccountSystem;
}

/** What simulated accounts stand on. */
export interface SimulatedAccountsOptions {
  readonly kernel: SimulatedKernel;
  readonly root: string;
  readonly clock: Clock;
  readonly files: FileWriter;
  readonly paths: PathWatches;
  readonly log?: Log;
  /** Names that the name service knows besides root's. */
  readonly users: Readonly<Record<string, number>>;
  readonly groups: Readonly<Record<string, number>>;
}

/** Accounts as the production code keeps them, with simulated tools on the simulated disk. */
export function simulatedAccounts(options: SimulatedAccountsOptions): SimulatedAccounts {
  const system = simulatedAccountSystem(options);
  const users = new Map([["root", 0], ...Object.entries(options.users)]);
  const groups = new Map([["root", 0], ...Object.entries(options.groups)]);
  const known: Known = { users, groups, outage: undefined };
  const nameService = simulatedNameService(known);
  const accounts = simulatedLookups(known, options);
  const writer = createAccountWriter({ ...options, accounts, nameService, system });
  return Object.assign(known, { ...writer, system });
}

/** The name service of the machine. */
interface Known {
  readonly users: Map<string, number>;
  readonly groups: Map<string, number>;
  outage: Fault | undefined;
}

function simulatedNameService(known: Known): NameService {
  return {
    async lineOf(database, key, signal) {
      throwIfAborted(signal);
      if (known.outage !== undefined) throw known.outage;
      const id = (database === "passwd" ? known.users : known.groups).get(key);
      if (id === undefined) return undefined;
      return database === "passwd" ? `${key}:*:${id}:${id}::/:` : `${key}:*:${id}:`;
    },
  };
}

function simulatedLookups(known: Known, { kernel, root }: SimulatedAccountsOptions): Accounts {
  const read = (name: string): string =>
    kernel.inspect.text(`${root === "/" ? "" : root}/etc/${name}`) ?? "";
  const find = (
    name: string,
    local: readonly { readonly name: string; readonly id: number }[],
    others: ReadonlyMap<string, number>,
  ): number | undefined => {
    if (known.outage !== undefined) throw known.outage;
    const here = local.find((entry) => entry.name === name)?.id;
    return here ?? others.get(name) ?? parseAccountId(name);
  };
  return {
    async userId(name, signal) {
      throwIfAborted(signal);
      const local = entriesOf(parseTable(read("passwd"), passwdFormat));
      return find(
        name,
        local.map((user) => ({ name: user.name, id: user.uid })),
        known.users,
      );
    },
    async groupId(name, signal) {
      throwIfAborted(signal);
      const local = entriesOf(parseTable(read("group"), groupFormat));
      return find(
        name,
        local.map((group) => ({ name: group.name, id: group.gid })),
        known.groups,
      );
    },
  };
}
