// Loaded into a process before its program: from one SIGUSR2 to the next it measures how long each turn of the loop is,
// and prints their sum and the longest. What is shorter than 0.1 ms is the measuring itself.
const COUNTS_MS = 0.1;
let isMeasuring = false;
let lastMs = 0;
let totalMs = 0;
let longestMs = 0;

process.on("SIGUSR2", () => {
  isMeasuring = !isMeasuring;
  if (!isMeasuring) {
    console.log(JSON.stringify({ type: "turns", totalMs, longestMs }));
    return;
  }
  totalMs = 0;
  longestMs = 0;
  lastMs = performance.now();
  setImmediate(measure);
  console.log(JSON.stringify({ type: "measuring" }));
});

function measure() {
  const nowMs = performance.now();
  const turnMs = nowMs - lastMs;
  lastMs = nowMs;
  if (turnMs >= COUNTS_MS) {
    totalMs += turnMs;
    longestMs = Math.max(longestMs, turnMs);
  }
  if (isMeasuring) setImmediate(measure);
}
