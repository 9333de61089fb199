import { type CommandWriter, Fault, KindPorts } from "@holdfast/core";
import { Snapshots } from "../reconcile/snapshots.ts";
import type { Runtime } from "../runtime.ts";

/** The same runtime for who may only read: it starts no program, and shares no bulk read with those who do. */
export function runtimeWithoutCommands(runtime: Runtime): Runtime {
  const host = { ...runtime.host, commands: NO_COMMANDS };
  const restricted: Runtime = {
    ...runtime,
    host,
    ports: new KindPorts(host),
    snapshots: new Snapshots(() => restricted),
  };
  return restricted;
}

/** To find a program takes a process too, so that nothing is foretold of commands. */
const NO_COMMANDS: CommandWriter = { query: refuse, run: refuse, check: async () => {} };

async function refuse(): Promise<never> {
  throw new Fault({
    reason: "NotPrivileged",
    message: "observing this takes a command, and who may only read starts none",
    resolution:
      "Ask as root or as an operator, or read what the agent last found: holdfast status.",
  });
}
