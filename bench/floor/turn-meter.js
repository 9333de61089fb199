// Loaded into a process before its program. Every second signal ends what the one before began: first it is measured how
// long the thread of the loop was at work, then how long its longest turn was, and so on in turn. Searching for the
// longest turn keeps the thread at work all the time, so the two are not measured at once.
import { readFileSync } from "node:fs";

const NANOSECONDS = 1e6;
let isMeasuring = false;
let isObservingForLongest = true;
let workedMs = 0;
let lastMs = 0;
let longestMs = 0;

process.on("SIGUSR2", () => {
  isMeasuring = !isMeasuring;
  if (!isMeasuring) {
    const measured = isObservingForLongest ? { longestMs } : { busyMs: workMs() - workedMs };
    console.log(JSON.stringify({ type: "measured", ...measured }));
    return;
  }
  isObservingForLongest = !isObservingForLongest;
  if (isObservingForLongest) {
    longestMs = 0;
    lastMs = performance.now();
    setImmediate(measureTurn);
  }
  console.log(JSON.stringify({ type: "measuring" }));
  workedMs = workMs();
});

/** The first thread of a process is the one of its loop; what the kernel counts does not depend on who else is at work. */
function workMs() {
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ");
  return Number(nanoseconds) / NANOSECONDS;
}

function measureTurn() {
  const nowMs = performance.now();
  longestMs = Math.max(longestMs, nowMs - lastMs);
  lastMs = nowMs;
  if (isMeasuring) setImmediate(measureTurn);
}
