import { createHash } from "node:crypto";
import { seededRandom, VirtualClock } from "@holdfast/testing";
import type { SimulatedLogDisk } from "@holdfast/testing/log-disk";
import { StateStore } from "../state/state-store.ts";

/** SHA-256 of Node. */
export const hash = {
  sha256: (data: Uint8Array | string) => createHash("sha256").update(data).digest("hex"),
};

/** A store on a simulated disk; its lock keeps out those who share it. */
export function storeOn(disk: SimulatedLogDisk, seed = 1): StateStore {
  let last: Promise<void> = Promise.resolve();
  return new StateStore("/state", {
    disk: disk.calls,
    async lock() {
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = promise;
      await before;
      return { [Symbol.asyncDispose]: async () => resolve() };
    },
    clock: new VirtualClock(),
    random: seededRandom(seed),
    hash,
  });
}
