import type { GitWriter } from "@holdfast/core";
import type { CallGate } from "./call-gate.ts";

/** Git, each call through the gate. What a call does on the disk is the affair of the laws of the port. */
export function gatedGit(git: GitWriter, gate: CallGate): GitWriter {
  const read = <T>(name: string, run: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    gate.port({ name: `git.${name}`, isMutation: false }, run, signal);
  const write = <T>(name: string, run: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    gate.port({ name: `git.${name}`, isMutation: true }, run, signal);
  return {
    observe: (query, signal) => read("observe", () => git.observe(query, signal), signal),
    branchHead: (query, signal) => read("branchHead", () => git.branchHead(query, signal), signal),
    checkOut: (request, signal) => write("checkOut", () => git.checkOut(request, signal), signal),
    removeCheckout: (request, signal) =>
      write("removeCheckout", () => git.removeCheckout(request, signal), signal),
  };
}
