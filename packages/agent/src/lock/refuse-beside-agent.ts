import { lstat } from "node:fs/promises";
import { Fault } from "@holdfast/core";

/** A process that listens accepts at once; the kernel does it for one that is stopped. */
const ANSWER_WITHIN_MS = 2_000;

/**
 * Refuses to work on a root whose control socket an agent serves, whatever its lock says: lock files are removed by
 * people and programs that clean up.
 * @throws {Fault} AgentRunning.
 */
export async function refuseBesideAgent(socketPath: string): Promise<void> {
  if (!(await isSocket(socketPath)) || !(await isServed(socketPath))) return;
  throw new Fault({
    reason: "AgentRunning",
    message: `an agent already looks after this root: it answers on ${socketPath}`,
    resolution:
      "Leave the work to it (holdfast apply without a source asks it), or stop it and try again.",
  });
}

async function isSocket(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSocket();
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

/** Whether a process listens on a socket; nothing is asked. */
async function isServed(path: string): Promise<boolean> {
  // Loaded when there is a socket: most commands find none.
  const { connect } = await import("node:net");
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ path }, () => resolve(true));
  // Refused, or gone by now: no agent is there.
  socket.once("error", () => resolve(false));
  socket.setTimeout(ANSWER_WITHIN_MS, () => resolve(true));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}
