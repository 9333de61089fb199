import { type Clock, Fault, toFault, unknown } from "@holdfast/core";
import { MountCrew } from "./mount-crew.ts";
import { type RemoteFiles, type RemoteMount, unresponsive } from "./remote-files.ts";
import { decodeNames, decodeReading, decodeTree, encodeCall } from "./wire.ts";
import { wholeCall } from "./whole-call.ts";
import type { WriteCall } from "./write-call.ts";

const DEFAULT_TIMEOUT_MS = 5_000;
/** A long content takes its time. */
const DEFAULT_WRITE_TIMEOUT_MS = 60_000;

/** How remote mounts are read and written. */
export interface RemoteFilesOptions {
  readonly clock: Clock;
  /** Program and arguments of a child. Default: this Node with this package's reader. */
  readonly command?: readonly [string, ...string[]];
  /** What does not answer a read in this time is unresponsive. Default 5 000. */
  readonly timeoutMs?: number;
  /**
   * A write that does not get from one of its steps to the next in this time is given up, and a whole tree that is not read
   * in it. Default 60 000.
   */
  readonly writeTimeoutMs?: number;
}

/** Remote files that hold children: disposing kills the children. */
export interface OpenRemoteFiles extends RemoteFiles, AsyncDisposable {}

/** Works on remote mounts through child processes, each mount through its own. */
export function openRemoteFiles(options: RemoteFilesOptions): OpenRemoteFiles {
  const { clock, command } = options;
  const { timeoutMs = DEFAULT_TIMEOUT_MS, writeTimeoutMs = DEFAULT_WRITE_TIMEOUT_MS } = options;
  const crews = new Map<string, MountCrew>();
  const crewOf = (mount: RemoteMount): MountCrew => {
    const key = JSON.stringify([mount.mountPoint, mount.root]);
    const crew =
      crews.get(key) ?? new MountCrew(mount, { clock, command, timeoutMs, writeTimeoutMs });
    crews.set(key, crew);
    return crew;
  };
  return {
    async readMany(mount, requests, signal) {
      const answer = await crewOf(mount).ask({ ask: { type: "read", requests } }, signal);
      if (answer instanceof Fault) return requests.map(() => unknown(answer));
      return answer.type === "read" ? answer.answers.map(decodeReading) : [];
    },
    async list(mount, path, signal) {
      const answer = await crewOf(mount).ask({ ask: { type: "list", path } }, signal);
      if (answer instanceof Fault) return unknown(answer);
      return answer.type === "list" ? decodeNames(answer.answer) : unknown(unresponsive(mount));
    },
    async readTree(mount, request, signal) {
      const answer = await crewOf(mount).ask({ ask: { type: "tree", request } }, signal);
      if (answer instanceof Fault) return unknown(answer);
      return answer.type === "tree" ? decodeTree(answer.answer) : unknown(unresponsive(mount));
    },
    write: (mount, call, signal) => write(crewOf(mount), call, signal),
    async [Symbol.asyncDispose]() {
      for (const crew of crews.values()) crew.abandon();
    },
  };
}

async function write(crew: MountCrew, call: WriteCall, signal: AbortSignal): Promise<void> {
  const validate = call.type === "write" ? call.request.validate : undefined;
  let thrown: unknown;
  const check =
    validate &&
    (async (path: string): Promise<void> => {
      try {
        await validate(path);
      } catch (error) {
        thrown = error;
        throw error;
      }
    });
  const answer = await crew.ask(
    { ask: { type: "write", call: encodeCall(await wholeCall(call)) }, check },
    signal,
  );
  if (answer instanceof Fault) throw answer;
  if (answer.type !== "written" || answer.fault === undefined) return;
  // Not what came back of it by way of the child.
  throw thrown === undefined ? new Fault(answer.fault) : toFault(thrown);
}
