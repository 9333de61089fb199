import { Fault } from "@holdfast/core";
import { isJournalStream } from "./journal/journal-stream.ts";

/** Signals that ask for an end; the number is added to 128 when a second one forces it. */
const STOPPING = { SIGINT: 2, SIGTERM: 15 } as const;

/** A signal that comes so soon after the first is the same one: a terminal and a parent may both deliver it. */
const ECHO_MS = 100;

/** What stops a command, and what makes it read its source again. */
export interface StopSignals extends Disposable {
  /**
   * Aborted by the first SIGINT or SIGTERM, or when nobody reads the output any more. The journal may be restarted, and
   * is no such reader.
   */
  readonly signal: AbortSignal;
}

/**
 * Listens for the signals of a command that changes things. The first SIGINT or SIGTERM stops it gracefully; the second
 * ends the process at once. SIGHUP calls `reload`; a command without one is stopped by it, because its terminal is gone.
 */
export function listenForStop(reload?: () => void): StopSignals {
  const controller = new AbortController();
  let stoppedAtMs = 0;

  function stop(name: string): void {
    stoppedAtMs = performance.now();
    controller.abort(
      new Fault({
        reason: "Aborted",
        message: `stopped by ${name}`,
        resolution: "Run it again; what was finished stays.",
      }),
    );
  }

  function onStop(name: NodeJS.Signals): void {
    if (!controller.signal.aborted) stop(name);
    else if (performance.now() - stoppedAtMs > ECHO_MS) {
      process.exit(128 + (name === "SIGINT" ? STOPPING.SIGINT : STOPPING.SIGTERM));
    }
  }

  function onHangup(): void {
    if (reload === undefined) onStop("SIGTERM");
    else reload();
  }

  function onOutputError({ code }: NodeJS.ErrnoException): void {
    const isReaderGone = code === "EPIPE" && !isJournalStream(process.stdout.fd, process.env);
    if (isReaderGone && !controller.signal.aborted) stop("the end of its reader");
  }

  process.on("SIGINT", onStop).on("SIGTERM", onStop);
  process.on("SIGHUP", onHangup);
  // Not by SIGPIPE: any socket or pipe whose other end is gone raises that, and Node ignores it as long as nobody listens.
  process.stdout.on("error", onOutputError);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off("SIGINT", onStop).off("SIGTERM", onStop);
      process.off("SIGHUP", onHangup);
      process.stdout.off("error", onOutputError);
    },
  };
}
