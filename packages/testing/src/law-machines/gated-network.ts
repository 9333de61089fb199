import type { NetworkWriter } from "@holdfast/core";
import type { CallGate } from "./call-gate.ts";

/** A network, each call through the gate. Watches meet no trouble. */
export function gatedNetwork(network: NetworkWriter, gate: CallGate): NetworkWriter {
  const through = <T>(
    name: Exclude<keyof NetworkWriter, "watch">,
    run: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> => {
    const isMutation = name !== "read" && name !== "isNetworkdRunning";
    return gate.port({ name: `network.${name}`, isMutation }, run, signal);
  };
  return {
    read: (names, signal) => through("read", () => network.read(names, signal), signal),
    isNetworkdRunning: (signal) =>
      through("isNetworkdRunning", () => network.isNetworkdRunning(signal), signal),
    watch: (hear, signal) => network.watch(hear, signal),
    change: (step, signal) => through("change", () => network.change(step, signal), signal),
    reload: (signal) => through("reload", () => network.reload(signal), signal),
  };
}
