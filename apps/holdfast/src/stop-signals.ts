import { Fault } from "@holdfast/core";

/** Signals that ask for an end; the number is added to 128 when a second one forces it. */
const STOPPING = { SIGINT: 2, SIGTERM: 15 } as const;

/** A signal that comes so soon after the first is the same one: a terminal and a parent may both deliver it. */
const ECHO_MS = 100;

/** What stops a command. */
export interface StopSignals extends Disposable {
  /** Aborted by the first SIGINT or SIGTERM, or when the output has no reader any more. */
  readonly signal: AbortSignal;
  /** Aborted by the second: nothing is waited for any more. */
  readonly graceEnds: AbortSignal;
  /** What the process ends with after the second; `undefined` before. */
  readonly forcedCode: number | undefined;
}

/** What a command does with signals. */
export interface StopOptions {
  /** Called by SIGHUP. Default: that stops the command, because its terminal is gone. */
  readonly reload?: () => void;
  /** The command goes on when its output has no reader any more. Default: that stops it. */
  readonly outlivesOutput?: boolean;
  /** The command has processes of its own to end: the second signal aborts `graceEnds`. Default: it ends the process. */
  readonly hasGrace?: boolean;
}

/**
 * Listens for the signals of a command. The first SIGINT or SIGTERM stops it gracefully; the second ends the process at
 * once, or, where there is something to cut off before, the third does.
 */
export function listenForStop(options: StopOptions = {}): StopSignals {
  const { reload, outlivesOutput = false, hasGrace = false } = options;
  const stopping = new AbortController();
  const hurrying = new AbortController();
  let lastAtMs = 0;
  let forcedCode: number | undefined;

  function stop(name: string): void {
    lastAtMs = performance.now();
    stopping.abort(
      new Fault({
        reason: "Aborted",
        message: `stopped by ${name}`,
        resolution: "Run it again; what was finished stays.",
      }),
    );
  }

  function onStop(name: NodeJS.Signals): void {
    const isEcho = stopping.signal.aborted && performance.now() - lastAtMs <= ECHO_MS;
    if (isEcho) return;
    if (!stopping.signal.aborted) return stop(name);
    lastAtMs = performance.now();
    forcedCode = 128 + (name === "SIGINT" ? STOPPING.SIGINT : STOPPING.SIGTERM);
    if (!hasGrace || hurrying.signal.aborted) process.exit(forcedCode);
    hurrying.abort();
  }

  function onHangup(): void {
    if (reload === undefined) onStop("SIGTERM");
    else reload();
  }

  function onOutputError({ code }: NodeJS.ErrnoException): void {
    if (code === "EPIPE" && !stopping.signal.aborted) stop("the end of its reader");
  }

  process.on("SIGINT", onStop).on("SIGTERM", onStop).on("SIGHUP", onHangup);
  // Not by SIGPIPE: every socket or pipe whose other end is gone raises that, and Node ignores it without a listener.
  if (!outlivesOutput) process.stdout.on("error", onOutputError);
  return {
    signal: stopping.signal,
    graceEnds: hurrying.signal,
    get forcedCode() {
      return forcedCode;
    },
    [Symbol.dispose]() {
      process.off("SIGINT", onStop).off("SIGTERM", onStop).off("SIGHUP", onHangup);
      process.stdout.off("error", onOutputError);
    },
  };
}
