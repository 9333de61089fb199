/**
 * Lives once, prints each message when it is acknowledged, and kills itself at a step of the write path:
 * `series-writer.ts DIRECTORY STEP`. A step is the moment before a call on the file system, or the middle of a write.
 * Ends with `END STEPS` when it came through.
 */
import { writeSync } from "node:fs";
import { type LogCalls, systemLogCalls } from "../appendlog/log-calls.ts";
import { liveOnce } from "./series-run.ts";

const [directory = "", step = "0"] = process.argv.slice(2);
let steps = 0;

/** SIGKILL cannot be caught, and nothing after it runs. */
function dieHere(): void {
  steps += 1;
  if (steps === Number(step)) process.kill(process.pid, "SIGKILL");
}

const calls: LogCalls = {
  async open(path) {
    dieHere();
    const file = await systemLogCalls.open(path);
    return {
      sizeBytes: () => before(() => file.sizeBytes()),
      read: (from, length) => before(() => file.read(from, length)),
      async append(bytes) {
        dieHere();
        const half = Math.ceil(bytes.length / 2);
        const written = await file.append(bytes.subarray(0, half));
        dieHere();
        return written < half ? written : half + (await file.append(bytes.subarray(half)));
      },
      truncate: (sizeBytes) => before(() => file.truncate(sizeBytes)),
      sync: () => before(() => file.sync()),
      syncDirectory: () => before(() => file.syncDirectory()),
      close: () => before(() => file.close()),
    };
  },
  list: (path) => before(() => systemLogCalls.list(path)),
};

async function before<T>(work: () => Promise<T>): Promise<T> {
  dieHere();
  return work();
}

await liveOnce({ directory, calls }, (message) => {
  dieHere();
  writeSync(1, `${message}\n`);
});
writeSync(1, `END ${steps}\n`);
