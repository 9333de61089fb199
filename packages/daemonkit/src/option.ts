import { DaemonFault } from "./daemon-fault.ts";

/** One option as it was given, and what it is when it was not. */
export interface NumberOption {
  readonly name: string;
  readonly value: number | undefined;
  readonly otherwise: number;
}

/**
 * The value of an option: zero and absent mean the default.
 * @throws {DaemonFault} OptionInvalid, when it is negative or not a number.
 */
export function numberOption({ name, value, otherwise }: NumberOption): number {
  if (value === undefined || value === 0) return otherwise;
  if (value > 0 && Number.isFinite(value)) return value;
  throw optionFault(`${name} is ${value}`, `Give ${name} a positive number, or leave it out.`);
}

/** A fault for an option that makes no sense. */
export function optionFault(message: string, resolution: string): DaemonFault {
  return new DaemonFault({ reason: "OptionInvalid", message, resolution });
}
