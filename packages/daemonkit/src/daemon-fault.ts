import { assert } from "./assert.ts";

/** What a fault says of itself. */
export interface DaemonFaultFields {
  /** One word in CamelCase that does not change, e.g. `SocketInUse`. */
  readonly reason: string;
  /** What happened, with the names in it. */
  readonly message: string;
  /** What to do about it, in the imperative. */
  readonly resolution: string;
  readonly cause?: unknown;
}

/** A fault as plain data, for status, events and replies. */
export interface DaemonFaultData {
  readonly reason: string;
  readonly message: string;
  readonly resolution: string;
}

/** A failure reported on purpose: the world said no, and this is what to do. Abort reasons are faults too. */
export class DaemonFault extends Error {
  override readonly name = "DaemonFault";
  readonly reason: string;
  readonly resolution: string;

  constructor(fields: DaemonFaultFields) {
    super(fields.message, fields.cause === undefined ? undefined : { cause: fields.cause });
    assert(/^[A-Z][A-Za-z0-9]*$/.test(fields.reason), `${fields.reason} is not CamelCase`);
    this.reason = fields.reason;
    this.resolution = fields.resolution;
  }

  /** The fault without its stack and cause. */
  toJSON(): DaemonFaultData {
    const { reason, message, resolution } = this;
    return { reason, message, resolution };
  }
}

/** What an error without a reason of its own becomes. */
export interface FaultFallback {
  readonly reason: string;
  readonly resolution: string;
}

const UNEXPECTED: FaultFallback = {
  reason: "Unexpected",
  resolution: "Read the cause; it is a mistake in the program, or a failure that it does not know.",
};

/**
 * Converts whatever was thrown into a fault. A fault stays itself, and an error of another library that carries a
 * `reason` and a `resolution` keeps them; anything else takes those of the fallback.
 */
export function toDaemonFault(thrown: unknown, fallback: FaultFallback = UNEXPECTED): DaemonFault {
  if (thrown instanceof DaemonFault) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const reason = textField(thrown, "reason");
  const resolution = textField(thrown, "resolution");
  const own =
    reason !== undefined && resolution !== undefined && /^[A-Z][A-Za-z0-9]*$/.test(reason)
      ? { reason, resolution }
      : fallback;
  return new DaemonFault({ ...own, message, cause: thrown });
}

/** The fault that an aborted signal stands for. */
export function abortFault(signal: AbortSignal): DaemonFault {
  if (signal.reason instanceof DaemonFault) return signal.reason;
  return new DaemonFault({
    reason: "Aborted",
    message: "the work was stopped",
    resolution: "Start it again when you are ready.",
    cause: signal.reason,
  });
}

/**
 * Throws when the signal is aborted.
 * @throws {DaemonFault} Aborted, or the fault that the signal was aborted with.
 */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortFault(signal);
}

function textField(thrown: unknown, field: string): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const value: unknown = Reflect.get(thrown, field);
  return typeof value === "string" ? value : undefined;
}
