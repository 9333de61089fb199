import type { HostWriter } from "@holdfast/core";
import type { CallGate } from "./call-gate.ts";
import { gatedServices } from "./gated-services.ts";

type Ports = Pick<HostWriter, "accounts" | "commands" | "downloads" | "services">;

/** Accounts, commands, downloads and services, each call through the gate. Watches and hashes meet no trouble. */
export function gatedPorts(
  { accounts, commands, downloads, services }: Ports,
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
    services: gatedServices(services, gate),
  };
}
