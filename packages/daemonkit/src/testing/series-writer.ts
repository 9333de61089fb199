/**
 * Runs once, prints each message when it is acknowledged, and kills itself at a step of the write path:
 * `series-writer.ts DIRECTORY STEP`. A step is the moment before a call on the file system, or the middle of a write.
 * Ends with `END STEPS` when it came through.
 */
import { writeSync } from "node:fs";
import { hookedLogCalls } from "@holdfast/testing/log-disk";
import { systemLogCalls } from "../appendlog/system-log-calls.ts";
import { liveOnce } from "./series-run.ts";

const [directory = "", step = "0"] = process.argv.slice(2);
let steps = 0;

/** SIGKILL cannot be caught, and nothing after it runs. */
function dieHere(): void {
  steps += 1;
  if (steps === Number(step)) process.kill(process.pid, "SIGKILL");
}

const calls = hookedLogCalls(systemLogCalls, dieHere);

await liveOnce({ directory, calls }, (message) => {
  dieHere();
  writeSync(1, `${message}\n`);
});
writeSync(1, `END ${steps}\n`);
