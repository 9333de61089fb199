import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The built command. */
export const HOLDFAST = fileURLToPath(
  new URL("../../apps/holdfast/bin/holdfast.js", import.meta.url),
);

/** Runs the command to its end and reads the JSON it prints. */
export function runHoldfast(args: readonly string[], expectedCode: number): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, [HOLDFAST, ...args], {
    encoding: "utf8",
    timeout: 30_000,
  });
  const command = `holdfast ${args.join(" ")}`;
  assert.equal(status, expectedCode, `exit code of ${command}\n${stdout}${stderr}`);
  return JSON.parse(stdout);
}

/** The list in a field of what was printed. */
export function listOf(value: unknown, field: string): readonly unknown[] {
  const list = fieldOf(value, field);
  assert.ok(Array.isArray(list), `${field} is a list`);
  return list;
}

/** The number in a field, or in that field of the summary. */
export function countOf(value: unknown, field: string): number {
  const count = fieldOf(value, field) ?? fieldOf(fieldOf(value, "summary"), field);
  assert.ok(typeof count === "number", `${field} is a number`);
  return Math.round(count * 10) / 10;
}

/** The text in a field; empty when there is none. */
export function readText(value: unknown, field: string): string {
  const text = fieldOf(value, field);
  return typeof text === "string" ? text : "";
}

/** One repair as a line for people. */
export function eventLine(repair: {
  readonly what: string;
  readonly id: string;
  readonly drift: unknown;
  readonly result: unknown;
  readonly elapsedMs: number;
}): string {
  const { what, id, drift, result, elapsedMs } = repair;
  const latency = `${countOf(result, "latencyMs").toFixed(1)} ms`;
  const fields = listOf(drift, "changes").map((change) => readText(change, "path"));
  const trigger = `trigger "${readText(drift, "trigger")}", repaired ${fields.join(", ")}`;
  const total = `${elapsedMs.toFixed(1)} ms from the tampering to this line`;
  return `    ${what.padEnd(22)} ${id}\n        ${trigger} in ${latency} (${total})`;
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, field) : undefined;
}
