import type { MountWriter } from "@holdfast/core";
import type { CallGate } from "./call-gate.ts";

/** Mounts, each call through the gate. Watches meet no trouble. */
export function gatedMounts(mounts: MountWriter, gate: CallGate): MountWriter {
  const read = <T>(name: string, run: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    gate.port({ name: `mounts.${name}`, isMutation: false }, run, signal);
  const write =
    <Request>(
      name: string,
      run: (request: Request, signal: AbortSignal) => Promise<void>,
    ): ((request: Request, signal: AbortSignal) => Promise<void>) =>
    (request, signal) =>
      gate.port({ name: `mounts.${name}`, isMutation: true }, () => run(request, signal), signal);
  return {
    read: (sources, signal) => read("read", () => mounts.read(sources, signal), signal),
    swapContent: (path, signal) =>
      read("swapContent", () => mounts.swapContent(path, signal), signal),
    watch: (hear, signal) => mounts.watch(hear, signal),
    mount: write("mount", (request, signal) => mounts.mount(request, signal)),
    remount: write("remount", (request, signal) => mounts.remount(request, signal)),
    unmount: write("unmount", (request, signal) => mounts.unmount(request, signal)),
    swapOn: write("swapOn", (request, signal) => mounts.swapOn(request, signal)),
    swapOff: write("swapOff", (path, signal) => mounts.swapOff(path, signal)),
    formatSwap: write("formatSwap", (request, signal) => mounts.formatSwap(request, signal)),
  };
}
