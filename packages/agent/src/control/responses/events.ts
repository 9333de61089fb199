import { isJsonObject, type JsonObject } from "@holdfast/core";

/** An event as it came over the socket. */
export interface SentEvent {
  /** What to ask from when the connection breaks; `undefined` for what is not of the stream, as `gap`. */
  readonly id: string | undefined;
  readonly type: string;
  readonly data: JsonObject;
}

/** Reads server-sent events from chunks of text; what is not one of ours is passed over. */
export async function* sentEvents(chunks: AsyncIterable<string>): AsyncGenerator<SentEvent, void> {
  let text = "";
  for await (const chunk of chunks) {
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = eventIn(block);
      if (event !== undefined) yield event;
    }
  }
}

function eventIn(block: string): SentEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const colon = line.indexOf(": ");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 2));
  }
  const type = fields.get("event");
  const data = fields.get("data");
  if (type === undefined || data === undefined) return undefined;
  const value: unknown = JSON.parse(data);
  return isJsonObject(value) ? { id: fields.get("id"), type, data: value } : undefined;
}
