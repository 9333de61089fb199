import type { Fault, Json } from "@holdfast/core";
import { parseJson } from "../parse/json-fields.ts";
import { type BegunAnswer, unavailable } from "./exchange.ts";

/** One answer is some ten kilobytes; the list of a thousand containers some megabytes. */
const MOST_BODY_BYTES = 16_777_216;
/** One event is some kilobytes, with all labels of a container. */
const MOST_LINE_BYTES = 1_048_576;

/** The whole answer as JSON; `undefined` for one that is none. @throws {Fault} ContainersUnavailable, beyond its bound. */
export async function readJson(answer: BegunAnswer): Promise<Json | undefined> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer.chunks) {
    sizeBytes += chunk.length;
    if (sizeBytes > MOST_BODY_BYTES) throw tooLong(answer);
    chunks.push(chunk);
  }
  return parseJson(Buffer.concat(chunks).toString("utf8"));
}

/** The lines of an answer as JSON, as they come; what is no JSON is `undefined`. */
export async function* readJsonLines(answer: BegunAnswer): AsyncGenerator<Json | undefined> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of answer.chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MOST_LINE_BYTES) throw tooLong(answer);
    for (const line of lines) if (line.trim() !== "") yield parseJson(line);
  }
  if (rest.trim() !== "") yield parseJson(rest);
}

function tooLong(answer: BegunAnswer): Fault {
  answer.close();
  return unavailable("the container engine answered with more than can be read");
}
