/**
 * A reader that means harm: a process with the readers' right only, which asks an agent in four ways at once and for as
 * long as it runs. `node hostile-reader.ts GID`, with the directory of the control socket as its working directory, so
 * that no path has to be open to it.
 */
import { request } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const SOCKET = "control.sock";
/** The user `nobody`, who may do nothing else here. */
const NOBODY = 65_534;
/** How many connections each way keeps open, more than the agent has places. */
const CONNECTIONS = 128;
/** A pattern that takes a backtracking engine for ever. */
const PATTERN = `${"*a".repeat(40)}b`;

process.setgroups?.([]);
process.setgid?.(Number(process.argv[2]));
process.setuid?.(NOBODY);

for (const path of ["/resources", "/events"]) {
  for (let at = 0; at < CONNECTIONS; at++) void askAndReadNothing(path);
}
const patterns = Array.from({ length: 16 }, (_, at) => `only=${PATTERN}${at}`).join("&");
for (const path of ["/plan", `/resources?${patterns}`, `/plan?${patterns}`]) {
  for (let at = 0; at < CONNECTIONS; at++) void askAgain(path);
}
console.log(JSON.stringify({ type: "watching" }));
process.once("SIGTERM", () => process.exit(0));

/** Asks, and leaves the answer where it is; when it is cut off, once more. */
async function askAndReadNothing(path: string): Promise<never> {
  for (;;) {
    const socket = connect(SOCKET);
    socket.on("error", () => {});
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.pause().write(`GET ${path} HTTP/1.1\r\nhost: agent\r\n\r\n`);
    await ended;
    await sleep(5);
  }
}

/** Asks, reads the answer, and asks again. */
async function askAgain(path: string): Promise<never> {
  for (;;) {
    await new Promise<void>((resolve) => {
      const asked = request({ socketPath: SOCKET, path, agent: false }, (response) => {
        response.resume().on("close", resolve);
      });
      asked.on("error", () => resolve()).end();
    });
    await sleep(5);
  }
}
