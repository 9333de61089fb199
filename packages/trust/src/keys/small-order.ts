import { Buffer } from "node:buffer";

/**
 * The points of Curve25519 whose multiples are few, without the bit of their sign: who names one of them as a public key can
 * make a signature of it that is right for every message. Not every Node 24 refuses them when it verifies. From libsodium,
 * ge25519_has_small_order.
 */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

const SIGN_BYTE = 31;

/** Tells whether 32 bytes are a point that is no key. */
export function hasSmallOrder(point: Uint8Array): boolean {
  const unsigned = Buffer.from(point);
  unsigned[SIGN_BYTE] = (unsigned[SIGN_BYTE] ?? 0) & 0x7f;
  return SMALL_ORDER.has(unsigned.toString("hex"));
}
