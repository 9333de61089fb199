import { type Clock, formatDuration } from "../clock.ts";
import { abortFault, DaemonFault, throwIfAborted, toDaemonFault } from "../daemon-fault.ts";

/** A question about the world that a daemon's work depends on. */
export interface Probe {
  readonly name: string;
  /**
   * Resolves when all is well.
   * @throws {DaemonFault} the reason why not; anything else that is thrown becomes `ProbeFailed`.
   */
  check(signal: AbortSignal): Promise<void>;
}

/**
 * One probe out of many, which may be composites themselves. All are asked at once; the first failure aborts the rest
 * and is the answer, with the names that lead to it in front. A probe that does not heed its signal holds nobody up.
 * None at all is ready.
 */
export function allOf(name: string, probes: readonly Probe[]): Probe {
  return { name, check: (signal) => checkAll(probes, signal) };
}

/** How long a probe may take, and by which clock. */
export interface ProbeDeadline {
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/**
 * Asks a probe within a deadline.
 * @throws {DaemonFault} what the probe says; ProbeTimeout, when it says nothing in time; the fault of the signal.
 */
export async function checkProbe(
  probe: Probe,
  { clock, timeoutMs }: ProbeDeadline,
  signal: AbortSignal,
): Promise<void> {
  throwIfAborted(signal);
  const controller = new AbortController();
  const forward = (): void => controller.abort(abortFault(signal));
  signal.addEventListener("abort", forward, { once: true });
  const cancel = clock.schedule(timeoutMs, () =>
    controller.abort(timeoutFault(probe.name, timeoutMs)),
  );
  try {
    // A composite of one does not wait for a probe that ignores its signal.
    await checkAll(
      [{ ...probe, name: "", check: (inner) => probe.check(inner) }],
      controller.signal,
    );
  } finally {
    cancel();
    signal.removeEventListener("abort", forward);
  }
}

async function checkAll(probes: readonly Probe[], signal: AbortSignal): Promise<void> {
  throwIfAborted(signal);
  if (probes.length === 0) return;
  const controller = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = (): void => settle(abortFault(signal));
  signal.addEventListener("abort", onAbort, { once: true });
  let open = probes.length;
  for (const probe of probes) {
    ask(probe, controller.signal).then(
      () => {
        open -= 1;
        if (open === 0) resolve();
      },
      // After the first, the failures are those of the aborted; they say nothing new.
      (thrown: unknown) => settle(explain(probe, thrown)),
    );
  }
  try {
    await promise;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }

  function settle(fault: DaemonFault): void {
    reject(fault);
    controller.abort(fault);
  }
}

/** A probe that throws before its first wait fails like any other. */
async function ask(probe: Probe, signal: AbortSignal): Promise<void> {
  // In a turn of its own, so that a deep nest does not fill the stack.
  await Promise.resolve();
  throwIfAborted(signal);
  await probe.check(signal);
}

function explain(probe: Probe, thrown: unknown): DaemonFault {
  const fault = toDaemonFault(thrown, {
    reason: "ProbeFailed",
    resolution: `Find out why the probe ${probe.name} fails.`,
  });
  if (probe.name === "") return fault;
  const { reason, message, resolution } = fault;
  return new DaemonFault({
    reason,
    message: `${probe.name}: ${message}`,
    resolution,
    cause: fault,
  });
}

function timeoutFault(name: string, timeoutMs: number): DaemonFault {
  return new DaemonFault({
    reason: "ProbeTimeout",
    message: `${name} did not answer within ${formatDuration(timeoutMs)}`,
    resolution: "Find out what it waits for: a dead mount, a full queue, a machine that is down.",
  });
}
