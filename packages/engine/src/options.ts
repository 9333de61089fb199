import { Fault } from "@holdfast/core";

/** The numbers of the engine (D1). Zero or absent means the default; a negative one is an error. */
export interface EngineOptions {
  /** How often to observe where nothing can be watched. Default 30 000. */
  readonly pollMs?: number;
  /** Attempts at full rate before a resource is noncompliant. Default 3 in `serve`; a single pass tries once unless this says more. */
  readonly attempts?: number;
  /** Wait after the first failure. Default 5 000. */
  readonly retryBaseMs?: number;
  /** Longest wait between attempts. Default 300 000. */
  readonly retryCapMs?: number;
  /** Hints within this time after a run collapse into one. Default 500. */
  readonly coalesceMs?: number;
  /** Applies of one resource. Default 1 a second with a burst of 10. */
  readonly limitPerSecond?: number;
  readonly limitBurst?: number;
  /** For observe and apply each. Default 300 000. */
  readonly resourceTimeoutMs?: number;
  /** How long running work may go on after a stop was asked for. Default 30 000. */
  readonly graceMs?: number;
  /** Resources worked on at once. Default 64: what keeps a disk busy with durable writes; more gains nothing. */
  readonly parallel?: number;
}

/** The numbers with every default filled in. */
export type EngineNumbers = Required<EngineOptions>;

const DEFAULTS: EngineNumbers = {
  pollMs: 30_000,
  attempts: 3,
  retryBaseMs: 5_000,
  retryCapMs: 300_000,
  coalesceMs: 500,
  limitPerSecond: 1,
  limitBurst: 10,
  resourceTimeoutMs: 300_000,
  graceMs: 30_000,
  parallel: 64,
};

/**
 * Fills defaults.
 * @throws {Fault} InputInvalid, for a negative number, or a finite rate with a burst of less than one.
 */
export function readOptions(options: EngineOptions): EngineNumbers {
  const numbers: { -readonly [K in keyof EngineNumbers]: number } = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof EngineNumbers)[]) {
    const given = options[name];
    if (given === undefined || given === 0) continue;
    if (!(given > 0)) throw refuse(name, `${given} is not a positive number`);
    numbers[name] = given;
  }
  checkRate(options.limitPerSecond, options.limitBurst);
  return numbers;
}

/**
 * Refuses a limit that could never let anything through.
 * @throws {Fault} InputInvalid, for a finite rate with a burst of 0.
 */
function checkRate(perSecond: number | undefined, burst: number | undefined): void {
  if (perSecond === undefined || !Number.isFinite(perSecond) || burst === undefined) return;
  if (burst < 1)
    throw refuse(
      "limitBurst",
      `a rate of ${perSecond} a second with a burst of ${burst} lets nothing through`,
    );
}

function refuse(name: string, detail: string): Fault {
  return new Fault({
    reason: "InputInvalid",
    message: `option ${name}: ${detail}`,
    resolution: "Give a positive number, or leave it out for the default.",
  });
}
