import { Buffer } from "node:buffer";

/**
 * What is signed of an envelope: type and payload with their lengths (PAE of DSSE 1.0), so that no two envelopes have the
 * same.
 */
export function preAuthentication(envelope: {
  readonly payloadType: string;
  readonly payload: Uint8Array;
}): Uint8Array {
  const { payloadType, payload } = envelope;
  const typeBytes = Buffer.byteLength(payloadType);
  const head = `DSSEv1 ${typeBytes} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
