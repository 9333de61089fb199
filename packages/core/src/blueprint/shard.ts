import type { Hash } from "../ports/hash.ts";

/** In how many parts machines are divided. */
const BUCKETS = 100n;

/**
 * Tells whether a machine is in the first `percent` of 100 buckets: none at 0 or below, all at 100 or above. Who is in
 * at one percentage is in at every higher one. Another salt deals the buckets afresh.
 */
export function isInShard(
  percent: number,
  salt: string,
  stableId: string,
  { hash }: { readonly hash: Hash },
): boolean {
  if (percent <= 0) return false;
  return percent >= 100 || shardBucket(salt, stableId, { hash }) < percent;
}

/** The bucket of a machine, 0 to 99: the first 8 bytes, big-endian, of SHA-256(salt NUL id), modulo 100. */
export function shardBucket(
  salt: string,
  stableId: string,
  { hash }: { readonly hash: Hash },
): number {
  const digest = hash.sha256(`${salt}\0${stableId.trim()}`);
  return Number(BigInt(`0x${digest.slice(0, 16)}`) % BUCKETS);
}
