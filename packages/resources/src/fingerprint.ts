/**
 * A short text that is equal for equal data and, but for chance (one in 2^53), different otherwise. It tells echoes of
 * our own writes from news and protects nothing, so it need not be a cryptographic hash, which a kind cannot reach when
 * it is asked for a fingerprint. The algorithm is cyrb53 (public domain, by bryc).
 */
export function fingerprintOf(data: Uint8Array | string): string {
  const isText = typeof data === "string";
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < data.length; at++) {
    const unit = isText ? data.charCodeAt(at) : (data[at] ?? 0);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = mix(high, low);
  low = mix(low, high);
  const value = 4294967296 * (2097151 & low) + (high >>> 0);
  return value.toString(16).padStart(14, "0");
}

function mix(one: number, other: number): number {
  const first = Math.imul(one ^ (one >>> 16), 2246822507);
  return first ^ Math.imul(other ^ (other >>> 13), 3266489909);
}
