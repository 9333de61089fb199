import type { HostWriter, PackageWriter } from "@holdfast/core";
import type { CallGate } from "./call-gate.ts";

type Ports = Pick<HostWriter, "accounts" | "commands" | "downloads" | "packages">;

/** Accounts, commands, downloads and packages, each call through the gate. Watches and hashes meet no trouble. */
export function gatedPorts(
  { accounts, commands, downloads, packages }: Ports,
  gate: CallGate,
): Ports {
  const lookup = { name: "accounts", isMutation: false };
  // A guard is a command too, so that a command alone proves no change.
  const run = { name: "commands.run", isMutation: false };
  const fetch = { name: "downloads.fetch", isMutation: false };
  return {
    accounts: {
      userId: (name, signal) => gate.port(lookup, () => accounts.userId(name, signal), signal),
      groupId: (name, signal) => gate.port(lookup, () => accounts.groupId(name, signal), signal),
    },
    commands: {
      run: (request, signal) => gate.port(run, () => commands.run(request, signal), signal),
    },
    downloads: {
      fetch: (request, signal) => gate.port(fetch, () => downloads.fetch(request, signal), signal),
    },
    packages: gatedPackages(packages, gate),
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
    lockHolder: (signal) => through("lockHolder", () => packages.lockHolder(signal), signal),
    transactionState: (task, signal) =>
      through("transactionState", () => packages.transactionState(task, signal), signal),
    transact: (request, run, signal) =>
      through("transact", () => packages.transact(request, run, signal), signal, true),
  };
}
