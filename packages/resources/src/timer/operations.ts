import { Fault, type KindOperation } from "@holdfast/core";
import { runUnit } from "../service/apply.ts";
import type { TimerSpec } from "./spec.ts";

/** What can be asked of a timer. */
export const timerOperations: Readonly<Record<string, KindOperation<TimerSpec>>> = {
  run: {
    summary: "Starts its service now, and waits for it where it is one that ends.",
    risk: "disruptive",
    impact: "none",
    /** @throws {Fault} OperationRefused, of one that is to be absent; what `runUnit` throws. */
    async run({ service, isAbsent }, context) {
      if (!isAbsent) return runUnit(service.unit, "start", context);
      throw new Fault({
        reason: "OperationRefused",
        message: `${service.unit} is declared absent, so there is nothing to start`,
        resolution: "Declare it present first.",
      });
    },
  },
};
