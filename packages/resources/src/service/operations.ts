import { Fault, type KindOperation, type WriteContext } from "@holdfast/core";
import { runUnit } from "./apply.ts";
import type { ServiceSpec } from "./spec.ts";

/** What can be asked of a service. */
export const serviceOperations: Readonly<Record<string, KindOperation<ServiceSpec>>> = {
  restart: {
    summary: "Stops it, where it runs, and starts it.",
    risk: "disruptive",
    impact: "restart",
    run: (spec, context) => runOnce(spec, "restart", context),
  },
  reload: {
    summary: "Has it read its configuration again; a unit that cannot fails.",
    risk: "benign",
    impact: "reload",
    run: (spec, context) => runOnce(spec, "reload", context),
  },
};

/** @throws {Fault} OperationRefused, of what is declared stopped; what `runUnit` throws. */
async function runOnce(
  spec: ServiceSpec,
  verb: "restart" | "reload",
  context: WriteContext,
): Promise<void> {
  if (spec.isRunning === false || spec.isAbsent) {
    throw new Fault({
      reason: "OperationRefused",
      message: `${spec.unit} is declared stopped, so a ${verb} would only undo that`,
      resolution: "Declare it running first, or start it by hand with systemctl.",
    });
  }
  await runUnit(spec.unit, verb, context);
}
