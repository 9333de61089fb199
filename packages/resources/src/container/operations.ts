import { Fault, type KindOperation, type WriteContext } from "@holdfast/core";
import type { ContainerSpec } from "./spec.ts";

/** What can be asked of a container. */
export const containerOperations: Readonly<Record<string, KindOperation<ContainerSpec>>> = {
  restart: {
    summary: "Stops it, where it runs, and starts it.",
    impact: "restart",
    risk: "disruptive",
    run: restartContainer,
  },
  pull: {
    summary: "Pulls its image; where its tag names another one then, it is replaced.",
    impact: "none",
    risk: "benign",
    async run({ image, credentials, isAbsent }, { host, signal }) {
      if (isAbsent) throw refused("it is declared absent, so its image is of no use");
      const login = credentials === undefined ? {} : { credentials };
      await host.containers.pull({ reference: image, ...login }, signal);
    },
  },
};

/** What a notification asks for: what runs is started afresh; what is stopped stays so. */
export async function refreshContainer(spec: ContainerSpec, context: WriteContext): Promise<void> {
  if (spec.isRunning) await restartContainer(spec, context);
}

async function restartContainer(
  { name, isRunning, definition }: ContainerSpec,
  { host, signal }: WriteContext,
): Promise<void> {
  if (!isRunning) throw refused(`${name} is declared stopped, so a restart would only undo that`);
  const { stopGraceSeconds: graceSeconds } = definition;
  await host.containers.restart({ name, graceSeconds }, signal);
}

function refused(message: string): Fault {
  return new Fault({
    reason: "OperationRefused",
    message,
    resolution: "Declare it running first.",
  });
}
