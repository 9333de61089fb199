import { type Container, Fault, type WriteContext } from "@holdfast/core";
import type { ContainerSpec } from "./spec.ts";

const POLL_MS = 250;
/** Without a check of its own a container must run on for so long. */
const PROVEN_AFTER_MS = 1_000;

/** @throws {Fault} ContainerFailed, when what was started has ended already. */
export async function awaitRunning(name: string, context: WriteContext): Promise<void> {
  demandRunning(name, await readStarted(name, context));
}

/**
 * Waits until a container calls itself healthy; one without a check of its own must run on for a second.
 * @throws {Fault} ContainerFailed, when it ends, calls itself unhealthy, or takes too long.
 */
export async function awaitHealth(
  { name, healthTimeoutMs }: Pick<ContainerSpec, "name" | "healthTimeoutMs">,
  context: WriteContext,
): Promise<void> {
  let startedAt: string | undefined;
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const container = await readStarted(name, context);
    demandRunning(name, container);
    const { health } = container;
    startedAt ??= container.startedAt;
    // A restart policy starts what ends at once again and again: whoever looks may always find it running.
    if (health === "none" && container.startedAt !== startedAt)
      throw failed(`${name} has ended since it was started, and was started again`);
    if (health === "healthy") return;
    if (health === "none" && waitedMs >= PROVEN_AFTER_MS) return;
    if (health === "unhealthy") throw failed(`${name} calls itself unhealthy`);
    if (health === "starting" && waitedMs >= healthTimeoutMs) {
      throw failed(`${name} did not get healthy within ${healthTimeoutMs / 1_000} s`);
    }
    await context.sleep(POLL_MS);
  }
}

async function readStarted(name: string, { host, signal }: WriteContext): Promise<Container> {
  const container = (await host.containers.containers([name], signal)).get(name);
  if (container === undefined) throw failed(`${name} is gone as soon as it was started`);
  return container;
}

function demandRunning(name: string, { status, exitCode }: Container): void {
  if (status === "running") return;
  throw failed(`${name} was started and is ${status} (exit code ${exitCode})`);
}

function failed(message: string): Fault {
  return new Fault({
    reason: "ContainerFailed",
    message,
    resolution:
      "See what it logs (podman logs, docker logs), and correct image, command or health.",
  });
}
