import type { Random } from "@holdfast/core";

/** Chance out of a seed: the same seed, the same chances (mulberry32 by Tommy Ettinger, public domain). */
export function seededRandom(seed: number): Random {
  let word = seed >>> 0;
  const next = (): number => {
    word = (word + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(word ^ (word >>> 15), 1 | word);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const byte = (): string =>
    Math.floor(next() * 256)
      .toString(16)
      .padStart(2, "0");
  return { next, hex: (bytes) => Array.from({ length: bytes }, byte).join("") };
}
