import { Fault } from "@holdfast/core";

/** A text, as it must be. @throws {Fault} HostFailed. */
export function textOf(value: unknown, what: string): string {
  return typeof value === "string" ? value : unreadable(what);
}

/** A number of any width; 64 bits only as far as a number is exact. @throws {Fault} HostFailed. */
export function numberOf(value: unknown, what: string): number {
  if (typeof value === "number") return value;
  return typeof value === "bigint" ? Number(value) : unreadable(what);
}

/** A list of anything. @throws {Fault} HostFailed. */
export function listOf(value: unknown, what: string): readonly unknown[] {
  return Array.isArray(value) ? value : unreadable(what);
}

/** A dictionary by texts. @throws {Fault} HostFailed. */
export function dictionaryOf(value: unknown, what: string): ReadonlyMap<string, unknown> {
  const isDictionary = typeof value === "object" && value !== null && !Array.isArray(value);
  return isDictionary ? new Map(Object.entries(value)) : unreadable(what);
}

/** One of the words that are known. @throws {Fault} HostFailed. */
export function oneOf<Word extends string>(
  value: unknown,
  words: readonly Word[],
  what: string,
): Word {
  return words.find((word) => word === value) ?? unreadable(`${what} (${String(value)})`);
}

/** What systemd says is not what it should be. @throws {Fault} HostFailed. */
export function unreadable(what: string): never {
  throw new Fault({
    reason: "HostFailed",
    message: `systemd says something that is not understood: ${what}`,
    resolution: "Report this with the version of systemd.",
  });
}
