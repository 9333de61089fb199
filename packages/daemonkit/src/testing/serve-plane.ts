import { join } from "node:path";
import type { TestContext } from "node:test";
import { type ControlPlaneOptions, startControlPlane } from "../control/control-plane.ts";
import { ask, type Question } from "./ask.ts";
import { recordedLog } from "./recorded-log.ts";
import { makeScratch } from "./scratch.ts";

/** A plane that ends with the test, and how to ask it. */
export async function servePlane(t: TestContext, options: Partial<ControlPlaneOptions> = {}) {
  const socketPath = join(makeScratch(t), "run/s");
  const log = recordedLog();
  const status = (): unknown => ({ fine: true });
  const plane = await startControlPlane({ socketPath, status, log, ...options });
  t.after(() => plane[Symbol.asyncDispose]());
  const get = (path: string, more: Partial<Question> = {}) => ask({ socketPath, path, ...more });
  return { plane, socketPath, log, get };
}
