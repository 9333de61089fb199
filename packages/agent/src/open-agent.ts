import { Fault } from "@holdfast/core";
import { createLogCalls } from "@holdfast/daemonkit/appendlog";
import { openLock, realClock, realRandom } from "@holdfast/host";
import { openLedger } from "@holdfast/ledger";
import type { Agent, AgentOptions } from "./agent.ts";
import { LocalAgent } from "./local-agent.ts";
import { openHost } from "./open/open-host.ts";
import { ownPathsUnder } from "./open/own-paths.ts";

/**
 * Opens the agent of a root. One that intends to write takes the lock of that root first, so that two writers never
 * meet; one that only reads takes none and leaves no trace.
 * @throws {Fault} NotPrivileged; AgentRunning; PathUnsafe; LedgerUnavailable, ReadOnly or DiskFull, when the lock cannot
 *   be taken. Whatever is wrong with the ledger, the agent opens.
 */
export async function openAgent(options: AgentOptions, signal: AbortSignal): Promise<Agent> {
  const { root, rootExec, log, intends, userId, records = "agent" } = options;
  const isWriter = intends === "write";
  if (isWriter) requireRights(root, userId);
  const paths = await ownPathsUnder(root, records);
  await using opened = new AsyncDisposableStack();
  const lock = isWriter ? opened.use(await openLock(paths.lock)) : undefined;
  const calls = createLogCalls({ directory: 0o700, file: 0o600 });
  const ledger = opened.use(
    await openLedger(
      { calls, path: paths.ledger, random: realRandom, log, isReadOnly: !isWriter },
      signal,
    ),
  );
  const { host, attributor, conditions, probes, readingThread } = opened.use(
    openHost({
      root,
      rootExec,
      clock: realClock,
      log,
      oneShots: ledger.oneShots,
      runDirectory: paths.runDirectory,
    }),
  );
  return new LocalAgent(
    options,
    {
      ledger,
      lock,
      host,
      attributor,
      conditions,
      probes,
      readingThread,
      clock: realClock,
      random: realRandom,
    },
    opened.move(),
  );
}

/**
 * Takes the lock of a root as its agent would: while it is held, nobody serves or applies there.
 * @throws {Fault} AgentRunning; PathUnsafe; LedgerUnavailable.
 */
export async function lockRoot(root: string): Promise<AsyncDisposable> {
  const { lock } = await ownPathsUnder(root, "agent");
  return await openLock(lock);
}

/** Refuses to change the machine itself for anybody but root. Under a root of one's own no rights are needed. */
function requireRights(root: string, userId: number | undefined): void {
  if (root !== "/" || userId === undefined || userId === 0) return;
  throw new Fault({
    reason: "NotPrivileged",
    message: `only root may change this machine, and this is user ${userId}`,
    resolution: "Run it as root, or try it on a directory of your own with --root DIR.",
  });
}
