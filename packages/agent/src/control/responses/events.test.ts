import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { sentEvents } from "./events.ts";

const plain = { noNullPrototype: true } as const;
const data = fc.record({ id: fc.string(), text: fc.string() }, plain);
const event = fc.record(
  { id: fc.nat().map(String), type: fc.constantFrom("drift", "result"), data },
  plain,
);

async function* cut(text: string, sizes: readonly number[]): AsyncGenerator<string, void> {
  let rest = text;
  for (const size of sizes) {
    await Promise.resolve();
    yield rest.slice(0, size);
    rest = rest.slice(size);
  }
  yield rest;
}

test("events are read the same however their text is cut, and comments are passed over", async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 40 }));
  await fc.assert(
    fc.asyncProperty(fc.array(event), sizes, async (events, at) => {
      const text = events
        .map(({ id, type, data }) => `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
        .join(":\n\n");
      const read = await Array.fromAsync(sentEvents(cut(`: ready\n\n${text}`, at)));
      assert.deepEqual(read, events);
    }),
  );
});

test("a gap has no id, and a last event that was cut off is not published", async () => {
  const text = 'event: gap\ndata: {"after":"1"}\n\nid: 2\nevent: drift\ndata: {"id"';
  const read = await Array.fromAsync(sentEvents(cut(text, [])));
  assert.deepEqual(read, [{ id: undefined, type: "gap", data: { after: "1" } }]);
});
