/**
 * One end of connections, run in a network namespace by the tests of packets. `serve PORT…` answers with what it gets;
 * `connect` tries what it reads, a JSON object a line, and answers each with a word: `open`, or the code of the error.
 */
import { createServer, connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** What is asked for: a connection, or a byte there and back on the one that is held. */
interface Question {
  readonly host?: string;
  readonly port?: number;
  /** It stays open. */
  readonly hold?: boolean;
  /** A connection that nobody answers is given up after this. */
  readonly timeoutMs?: number;
}

const [role, ...words] = process.argv.slice(2);
let held: Socket | undefined;

if (role === "serve") await serve(words.map(Number));
else await answerAll();

async function serve(ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(port, "::", resolve));
  }
  say("ready");
}

async function answerAll(): Promise<void> {
  say("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const question = questionIn(JSON.parse(line));
    say(question.port === undefined ? await echo() : await tryOne(question));
  }
}

function say(word: string): void {
  process.stdout.write(`${word}\n`);
}

function questionIn(data: unknown): Question {
  return typeof data === "object" && data !== null ? data : {};
}

function tryOne({ host = "", port = 0, hold = false, timeoutMs = 10_000 }: Question) {
  return new Promise<string>((resolve) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => done("silent"), timeoutMs);
    const done = (word: string): void => {
      clearTimeout(timer);
      if (hold && word === "open") held = socket;
      else socket.destroy();
      resolve(word);
    };
    socket.once("connect", () => done("open"));
    socket.on("error", (error) => done("code" in error ? String(error.code) : "failed"));
  });
}

function echo(): Promise<string> {
  return new Promise((resolve) => {
    held?.once("data", () => resolve("open"));
    held?.write("x");
  });
}
