import { type Clock, Fault, type Json, type ProbeOutcome } from "@holdfast/core";
import { type EngineAnswer, EngineClient } from "../containers/engine/engine-client.ts";
import { unavailable } from "../containers/engine/exchange.ts";
import { socketTrouble } from "../containers/engine/engine-sockets.ts";
import { objectAt, textAt } from "../containers/parse/json-fields.ts";

/** One question about a container. */
export interface ContainerRequest {
  readonly name: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Engines that may know it, in order. */
  readonly engines: readonly EngineClient[];
}

/** Engines at these sockets. */
export function enginesAt(sockets: readonly string[], clock: Clock): readonly EngineClient[] {
  return sockets.map((path) => new EngineClient(path, clock));
}

/** Whether a container runs and calls itself healthy, as the first engine says that knows it. Never rejects. */
export async function askContainer(
  request: ContainerRequest,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const complaints: string[] = [];
  let isUnknown = false;
  for (const engine of request.engines) {
    const { socketPath } = engine;
    const trouble = socketTrouble(socketPath);
    if (trouble === "absent") continue;
    const answer = trouble ?? (await askEngine(engine, request, signal));
    if (typeof answer === "string") complaints.push(`${socketPath}: ${answer}`);
    else if (answer.status === 404) isUnknown = true;
    else return outcomeOf(answer);
  }
  if (complaints.length > 0) return failed(complaints.join("; "));
  return failed(isUnknown ? "there is no such container" : noEngine(request.engines));
}

/** The answer of one engine, or in words why there is none in time. */
async function askEngine(
  engine: EngineClient,
  { name, timeoutMs, clock }: ContainerRequest,
  signal: AbortSignal,
): Promise<EngineAnswer | string> {
  const late = new AbortController();
  const cancel = clock.schedule(timeoutMs, () =>
    late.abort(unavailable(`no answer within ${timeoutMs / 1000} s`)),
  );
  const path = `/containers/${encodeURIComponent(name)}/json`;
  try {
    return await engine.ask({ method: "GET", path }, AbortSignal.any([signal, late.signal]));
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  } finally {
    cancel();
  }
}

function outcomeOf({ status, json }: EngineAnswer): ProbeOutcome {
  const published = status === 200 ? stateIn(json) : undefined;
  if (published === undefined)
    return failed(`the engine answered ${status} and nothing to understand`);
  const { state, health, exitCode } = published;
  if (state !== "running") return failed(`it is ${state} (exit code ${exitCode ?? "unknown"})`);
  if (health === "starting") return failed("its own health check has not said anything yet");
  if (health === "unhealthy") return failed("its own health check says that it is unhealthy");
  return { type: "passed" };
}

interface ContainerState {
  readonly state: string;
  /** Empty or `none` where the container has no check of its own. */
  readonly health: string;
  /** `undefined` where the engine does not say. */
  readonly exitCode: number | undefined;
}

function stateIn(json: Json | undefined): ContainerState | undefined {
  const state = objectAt(json, "State");
  const word = textAt(state, "Status");
  if (word === "") return undefined;
  const exitCode = state["ExitCode"];
  return {
    state: word,
    health: textAt(objectAt(state, "Health"), "Status"),
    exitCode: typeof exitCode === "number" ? exitCode : undefined,
  };
}

function noEngine(engines: readonly EngineClient[]): string {
  const paths = engines.map(({ socketPath }) => socketPath);
  return `no container engine listens at ${paths.join(" or ")}`;
}

function failed(why: string): ProbeOutcome {
  return { type: "failed", why };
}
