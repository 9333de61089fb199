import { lstatSync } from "node:fs";
import { join } from "node:path/posix";
import { isJsonObject, type Clock, type Json, type ProbeOutcome } from "@holdfast/core";
import { errnoOf } from "../files/errno-fault.ts";
import { type Answer, getOnce } from "./get-once.ts";

/** One question about a container. */
export interface ContainerRequest {
  readonly name: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Sockets of the engines that may know it, in order. */
  readonly sockets: readonly string[];
}

/** The answer about one container is some ten kilobytes. */
const MOST_BODY_BYTES = 1_048_576;
/** The oldest that both Podman and every Docker in use speak. */
const API = "/v1.41";

/** Where Podman and Docker listen on a machine: for everybody who may, and for the user alone. */
export function engineSockets(root: string, userId: number): readonly string[] {
  const shared = ["/run/podman/podman.sock", "/run/docker.sock"];
  const own = [`/run/user/${userId}/podman/podman.sock`, `/run/user/${userId}/docker.sock`];
  return (userId === 0 ? shared : [...own, ...shared]).map((path) => join(root, path));
}

/** Whether a container runs and calls itself healthy, as the first engine says that knows it. Never rejects. */
export async function askContainer(
  { name, sockets, ...bounds }: ContainerRequest,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const complaints: string[] = [];
  let isUnknown = false;
  for (const socketPath of sockets) {
    const trouble = socketTrouble(socketPath);
    if (trouble === "absent") continue;
    const path = `${API}/containers/${encodeURIComponent(name)}/json`;
    const target = { socketPath, path };
    const answer =
      trouble ?? (await getOnce({ target, mostBytes: MOST_BODY_BYTES, ...bounds }, signal));
    if (typeof answer === "string") complaints.push(`${socketPath}: ${answer}`);
    else if (answer.status === 404) isUnknown = true;
    else return outcomeOf(answer);
  }
  if (complaints.length > 0) return failed(complaints.join("; "));
  return failed(isUnknown ? "there is no such container" : noEngine(sockets));
}

/** Why a socket is not asked: `absent`, or in words. Who else could have made it could say anything. */
function socketTrouble(path: string): string | undefined {
  try {
    const stat = lstatSync(path);
    if (!stat.isSocket()) return "it is no socket";
    const isOurs = stat.uid === 0 || stat.uid === process.geteuid?.();
    return isOurs ? undefined : `it belongs to user ${stat.uid}`;
  } catch (error) {
    const code = errnoOf(error);
    return code === "ENOENT" || code === "ENOTDIR" ? "absent" : `it cannot be reached (${code})`;
  }
}

function outcomeOf({ status, body }: Answer): ProbeOutcome {
  const published = status === 200 ? stateIn(body) : undefined;
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

function stateIn(body: string): ContainerState | undefined {
  const state = objectAt(parsed(body), "State");
  const word = state?.["Status"];
  if (typeof word !== "string" || word === "") return undefined;
  const health = objectAt(state, "Health")?.["Status"];
  const exitCode = state?.["ExitCode"];
  return {
    state: word,
    health: typeof health === "string" ? health : "",
    exitCode: typeof exitCode === "number" ? exitCode : undefined,
  };
}

function objectAt(json: Json | undefined, key: string) {
  const value = isJsonObject(json) ? json[key] : undefined;
  return isJsonObject(value) ? value : undefined;
}

function parsed(body: string): Json | undefined {
  try {
    return JSON.parse(body) as Json;
  } catch {
    return undefined;
  }
}

function noEngine(sockets: readonly string[]): string {
  return `no container engine listens at ${sockets.join(" or ")}`;
}

function failed(why: string): ProbeOutcome {
  return { type: "failed", why };
}
