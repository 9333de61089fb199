import type { ServiceWriter } from "@holdfast/core";
import type { CallGate } from "./call-gate.ts";

/** Services, each call through the gate. Watches meet no trouble, and what asks nothing is not counted. */
export function gatedServices(services: ServiceWriter, gate: CallGate): ServiceWriter {
  const read = <T>(name: string, run: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    gate.port({ name: `services.${name}`, isMutation: false }, run, signal);
  const write = <T>(name: string, run: () => Promise<T>, signal: AbortSignal): Promise<T> =>
    gate.port({ name: `services.${name}`, isMutation: true }, run, signal);
  const job =
    (verb: "start" | "stop" | "restart" | "reload" | "reloadOrRestart"): ServiceWriter["start"] =>
    (request, signal) =>
      write(verb, () => services[verb](request, signal), signal);
  const links =
    (verb: "enable" | "disable" | "mask" | "unmask"): ServiceWriter["enable"] =>
    (units, signal) =>
      write(verb, () => services[verb](units, signal), signal);
  return {
    observeMany: (requests, signal) =>
      read("observeMany", () => services.observeMany(requests, signal), signal),
    transientState: (unit, signal) =>
      read("transientState", () => services.transientState(unit, signal), signal),
    endOfTransient: (unit, signal) =>
      read("endOfTransient", () => services.endOfTransient(unit, signal), signal),
    watch: (units, sink, signal) => services.watch(units, sink, signal),
    connection: () => services.connection(),
    start: job("start"),
    stop: job("stop"),
    restart: job("restart"),
    reload: job("reload"),
    reloadOrRestart: job("reloadOrRestart"),
    enable: links("enable"),
    disable: links("disable"),
    mask: links("mask"),
    unmask: links("unmask"),
    daemonReload: (signal) => write("daemonReload", () => services.daemonReload(signal), signal),
    startTransient: (request, signal) =>
      write("startTransient", () => services.startTransient(request, signal), signal),
    forgetTransient: (unit, signal) =>
      write("forgetTransient", () => services.forgetTransient(unit, signal), signal),
  };
}
