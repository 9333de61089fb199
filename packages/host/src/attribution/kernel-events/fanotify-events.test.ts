import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { directoryKey, parseFanotifyEvents } from "./fanotify-events.ts";

interface Written {
  readonly pid: number;
  readonly descriptor: number;
  readonly fileSystem: Uint8Array;
  readonly handle: Uint8Array;
  readonly name: string;
}

/** An event as the kernel writes it: metadata, then the place, then the process. */
function eventOf({ pid, descriptor, fileSystem, handle, name }: Written): Buffer {
  const named = Buffer.from(`${name}\0`);
  const bytes = 4 + 8 + 8 + handle.length + named.length;
  const place = Buffer.alloc(Math.ceil(bytes / 4) * 4);
  place[0] = 2;
  place.writeUInt16LE(place.length, 2);
  place.set(fileSystem, 4);
  place.writeUInt32LE(handle.length, 12);
  place.writeInt32LE(1, 16);
  place.set(handle, 20);
  place.set(named, 20 + handle.length);
  const process = Buffer.alloc(8);
  process[0] = 4;
  process.writeUInt16LE(8, 2);
  process.writeInt32LE(descriptor, 4);
  const head = Buffer.alloc(24);
  head.writeUInt32LE(24 + place.length + process.length, 0);
  head[4] = 3;
  head.writeUInt16LE(24, 6);
  head.writeBigUInt64LE(2n, 8);
  head.writeInt32LE(-1, 16);
  head.writeInt32LE(pid, 20);
  return Buffer.concat([head, place, process]);
}

const written = fc.record({
  pid: fc.integer({ min: 0, max: 4_194_304 }),
  descriptor: fc.integer({ min: -2, max: 1_000 }),
  fileSystem: fc.uint8Array({ minLength: 8, maxLength: 8 }),
  handle: fc.uint8Array({ minLength: 4, maxLength: 128 }),
  name: fc.stringMatching(/^[^/\0\ud800-\udfff]{1,60}$/u),
});

test("attribution: every event of the kernel is read, whatever it is about", () => {
  fc.assert(
    fc.property(fc.array(written, { maxLength: 8 }), (some) => {
      const events = parseFanotifyEvents(Buffer.concat(some.map(eventOf)));
      assert.deepEqual(
        events,
        some.map(({ pid, descriptor, fileSystem, handle, name }) => ({
          pid,
          processDescriptor: descriptor < 0 ? undefined : descriptor,
          directory: directoryKey(Buffer.from(fileSystem), 1, Buffer.from(handle)),
          name,
          isOverflow: false,
        })),
      );
    }),
  );
});

test("attribution: garbage for events never makes the reader throw or turn round for ever", () => {
  fc.assert(
    fc.property(written, fc.nat(200), fc.uint8Array({ maxLength: 200 }), (some, cut, garbage) => {
      parseFanotifyEvents(Buffer.from(garbage));
      const event = eventOf(some);
      parseFanotifyEvents(event.subarray(0, cut));
      event.set(
        garbage.subarray(0, event.length - Math.min(cut, event.length)),
        Math.min(cut, event.length),
      );
      parseFanotifyEvents(event);
    }),
  );
});
