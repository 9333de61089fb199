import { dirname, join } from "node:path";
import { Fault } from "@holdfast/core";
import { createLogCalls } from "@holdfast/daemonkit/appendlog";
import { type Lock, openLock, PreimageStore, realClock, realRandom } from "@holdfast/host";
import { type OpenLedger, openLedger } from "@holdfast/ledger";
import type { Agent, AgentOptions } from "./agent.ts";
import { AgentApprovals } from "./approvals/agent-approvals.ts";
import { LocalAgent } from "./local-agent.ts";
import { guardedLogCalls, guardedOneShots, LockGuard } from "./lock/lock-guard.ts";
import { refuseBesideAgent } from "./lock/refuse-beside-agent.ts";
import { openHost } from "./open/open-host.ts";
import { type OwnPaths, ownPathsUnder, POLICY_FILE } from "./open/own-paths.ts";
import { AgentPolicy } from "./policy/agent-policy.ts";
import { neededPreimages } from "./undo/needed-preimages.ts";

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
  const guard = isWriter ? await guardRoot(options, paths, opened) : undefined;
  const calls = guardedLogCalls(createLogCalls({ directory: 0o700, file: 0o600 }), guard);
  const ledger = opened.use(
    await openLedger(
      { calls, path: paths.ledger, random: realRandom, log, isReadOnly: !isWriter },
      signal,
    ),
  );
  const approvals = approvalsOf(options, ledger);
  const preimages = new PreimageStore({
    calls,
    directory: paths.preimages,
    random: realRandom,
    log,
    needed: () => neededPreimages(ledger),
    isReadOnly: !isWriter,
  });
  const { host, attributor, requesters, conditions, probes, readingThread } = opened.use(
    openHost({
      root,
      rootExec,
      clock: realClock,
      log,
      oneShots: guardedOneShots(ledger.oneShots, guard),
      runDirectory: paths.runDirectory,
    }),
  );
  return new LocalAgent(
    options,
    {
      ledger,
      guard,
      policy: policyOf(options, approvals),
      approvals,
      host,
      preimages,
      runDirectory: paths.runDirectory,
      attributor,
      requesters,
      conditions,
      probes,
      readingThread,
      clock: realClock,
      random: realRandom,
    },
    opened.move(),
  );
}

/** The installer does what it is asked for at once: it is how an operator puts the agent itself in place. */
function approvalsOf(
  { root, userId, intends, facts: { hostname: agent } }: AgentOptions,
  ledger: OpenLedger,
): AgentApprovals {
  const isWriter = intends === "write";
  return new AgentApprovals({ ledger, clock: realClock, root, userId, agent, isWriter });
}

function policyOf(
  { root, userId, policy, records }: AgentOptions,
  approvals: AgentApprovals,
): AgentPolicy {
  const file = policy ?? { file: join(root, POLICY_FILE), isNamed: false };
  const source = records === "installer" ? "everything" : file;
  return new AgentPolicy({ source, root, trust: { userId }, clock: realClock, approvals });
}

/**
 * Takes the lock of a root as its agent would: while it is held, no other agent serves or applies there.
 * @throws {Fault} AgentRunning; PathUnsafe; LedgerUnavailable.
 */
export async function lockRoot(root: string): Promise<AsyncDisposable> {
  return await takeLock(await ownPathsUnder(root, "agent"));
}

/** Takes the lock of a root, and watches over it. */
async function guardRoot(
  { records = "agent", log }: AgentOptions,
  paths: OwnPaths,
  opened: AsyncDisposableStack,
): Promise<LockGuard | undefined> {
  // The installer works beside the agent, on files that are its own.
  if (records === "installer") {
    opened.use(await openLock({ file: paths.lock }));
    return undefined;
  }
  return new LockGuard({ lock: opened.use(await takeLock(paths)), clock: realClock, log });
}

/** The lock that agents of a root take; who has it and finds another agent at work lets go of it. */
async function takeLock({ lock, ledger, socket }: OwnPaths): Promise<Lock> {
  await using stack = new AsyncDisposableStack();
  const taken = stack.use(await openLock({ file: lock, directory: dirname(ledger) }));
  await refuseBesideAgent(socket);
  stack.move();
  return taken;
}

/** Refuses to change the machine itself for users other than root. Under a root of one's own no rights are needed. */
function requireRights(root: string, userId: number | undefined): void {
  if (root !== "/" || userId === undefined || userId === 0) return;
  throw new Fault({
    reason: "NotPrivileged",
    message: `only root may change this machine, and this is user ${userId}`,
    resolution: "Run it as root, or try it on a directory of your own with --root DIR.",
  });
}
