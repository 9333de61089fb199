/**
 * The thread that one blueprint is compiled in. This entry turns on the compile cache before anything that could be in
 * it is loaded, so it imports nothing of ours itself.
 */
import module from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import type { WorkerInput } from "./worker-messages.ts";

const input = workerData as WorkerInput;
if (input.compileCache !== undefined) module.enableCompileCache(input.compileCache);
const { compileBlueprint } = await import("./compile-blueprint.ts");
const answer = await compileBlueprint(input);
if (input.compileCache !== undefined) module.flushCompileCache();
parentPort?.postMessage(answer);
