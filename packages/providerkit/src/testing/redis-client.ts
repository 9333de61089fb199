import { connect } from "node:net";
import { Fault } from "@holdfast/core";

/** What Redis answers: its own forms, nested. */
export type RedisReply = string | number | null | readonly RedisReply[];

/**
 * Sends one command to a Redis behind a socket, and reads the answer.
 * @throws {Fault} ProviderUnreachable; ProviderRefused, with the words of the server.
 */
export async function askRedis(
  socketPath: string,
  command: readonly string[],
  signal: AbortSignal,
): Promise<RedisReply> {
  const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
  let received = "";
  try {
    const socket = connect({ path: socketPath, signal }).setEncoding("latin1");
    socket.write(`*${command.length}\r\n${parts.join("")}`);
    for await (const chunk of socket) {
      received += String(chunk);
      const parsed = parseReply(received, 0);
      if (parsed !== undefined) return parsed.reply;
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw fault("ProviderUnreachable", `Redis does not answer: ${String(error)}`);
  }
  throw fault("ProviderUnreachable", "Redis ended the connection");
}

interface Parsed {
  readonly reply: RedisReply;
  readonly end: number;
}

/** @returns `undefined` where the answer is not complete yet. */
function parseReply(text: string, start: number): Parsed | undefined {
  const lineEnd = text.indexOf("\r\n", start);
  if (lineEnd < 0) return undefined;
  const line = text.slice(start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (text[start]) {
    case "-":
      throw fault("ProviderRefused", `Redis refused: ${line}`);
    case ":":
      return { reply: Number(line), end };
    case "$":
      if (line === "-1") return { reply: null, end };
      if (text.length < end + Number(line) + 2) return undefined;
      return { reply: text.slice(end, end + Number(line)), end: end + Number(line) + 2 };
    case "*":
      return parseList(text, end, Number(line));
    default:
      return { reply: line, end };
  }
}

function parseList(text: string, start: number, count: number): Parsed | undefined {
  const items: RedisReply[] = [];
  let end = start;
  while (items.length < count) {
    const item = parseReply(text, end);
    if (item === undefined) return undefined;
    items.push(item.reply);
    end = item.end;
  }
  return { reply: items, end };
}

function fault(reason: "ProviderUnreachable" | "ProviderRefused", message: string): Fault {
  return new Fault({ reason, message, resolution: "Read the log of the server." });
}
