/**
 * The process that one blueprint is compiled in: reads what it may depend on from stdin, writes its answer to
 * descriptor 3, and ends at once, whatever timers or listeners the blueprint left behind.
 */
import { closeSync, readFileSync, writeFileSync } from "node:fs";
import module from "node:module";
import { compileBlueprint, refusal } from "./compile-blueprint.ts";
import type { WorkerAnswer, WorkerInput } from "./worker-messages.ts";

const ANSWER_DESCRIPTOR = 3;

const input = JSON.parse(readFileSync(0, "utf8")) as WorkerInput;
const compilation = compileBlueprint(input);
process.on("uncaughtException", (error) => answer(refusal(input.blueprint, error, compilation)));
answer(await compilation.answer);

function answer(value: WorkerAnswer): void {
  writeFileSync(ANSWER_DESCRIPTOR, JSON.stringify(value));
  closeSync(ANSWER_DESCRIPTOR);
  module.flushCompileCache();
  process.kill(process.pid, "SIGKILL");
}
