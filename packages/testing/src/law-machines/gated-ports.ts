import type { HostWriter } from "@holdfast/core";
import type { CallGate } from "./call-gate.ts";

type Ports = Pick<HostWriter, "accounts" | "commands" | "downloads">;

/** Accounts, commands and downloads, each call through the gate. Watches and hashes meet no trouble. */
export function gatedPorts({ accounts, commands, downloads }: Ports, gate: CallGate): Ports {
  const lookup = { name: "accounts", isMutation: false };
  // A guard is a command too, so that a command alone proves no change.
  const run = { name: "commands.run", isMutation: false };
  const fetch = { name: "downloads.stream", isMutation: false };
  return {
    accounts: {
      userId: (name, signal) => gate.port(lookup, () => accounts.userId(name, signal), signal),
      groupId: (name, signal) => gate.port(lookup, () => accounts.groupId(name, signal), signal),
    },
    commands: {
      run: (request, signal) => gate.port(run, () => commands.run(request, signal), signal),
    },
    downloads: {
      async *stream(request, signal) {
        const chunks = downloads.stream(request, signal);
        yield* await gate.port(fetch, async () => chunks, signal);
      },
    },
  };
}
