import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { abortFault, type Clock, Fault, throwIfAborted, toFault, unknown } from "@holdfast/core";
import { type RemoteFiles, type RemoteMount, unresponsive } from "./remote-files.ts";
import {
  decodeNames,
  decodeReading,
  parseAnswer,
  type RemoteAnswer,
  type RemoteQuestion,
} from "./wire.ts";

const DEFAULT_TIMEOUT_MS = 5_000;

/** How remote mounts are read. */
export interface RemoteFilesOptions {
  readonly clock: Clock;
  /** Program and arguments of the child. Default: this Node with this package's reader. */
  readonly command?: readonly [string, ...string[]];
  /** What does not answer in this time is unresponsive. Default 5 000. */
  readonly timeoutMs?: number;
}

/** Remote reading with a life: disposing kills the children. */
export interface OpenRemoteFiles extends RemoteFiles, AsyncDisposable {}

/**
 * Reads remote mounts through child processes, one for each call, killed at their deadline. A child that hangs in the
 * kernel cannot even be killed; until it is gone its mount counts as unresponsive at once, so that there is never more
 * than one such child for each mount.
 */
export function openRemoteFiles(options: RemoteFilesOptions): OpenRemoteFiles {
  const children: Children = { options, stuck: new Map(), running: new Set() };
  return {
    async readMany(mount, requests, signal) {
      const question = { root: mount.root, ask: { type: "read", requests } } as const;
      const answer = await ask(children, mount, question, signal);
      if (answer instanceof Fault) return requests.map(() => unknown(answer));
      return answer.type === "read" ? answer.answers.map(decodeReading) : [];
    },
    async list(mount, path, signal) {
      const question = { root: mount.root, ask: { type: "list", path } } as const;
      const answer = await ask(children, mount, question, signal);
      if (answer instanceof Fault) return unknown(answer);
      return answer.type === "list" ? decodeNames(answer.answer) : unknown(crashed(mount, ""));
    },
    async [Symbol.asyncDispose]() {
      for (const child of children.running) abandon(child);
    },
  };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

interface Children {
  readonly options: RemoteFilesOptions;
  /** By mount point: killed, and not gone yet. */
  readonly stuck: Map<string, Child>;
  readonly running: Set<Child>;
}

async function ask(
  children: Children,
  mount: RemoteMount,
  question: RemoteQuestion,
  signal: AbortSignal,
): Promise<RemoteAnswer | Fault> {
  throwIfAborted(signal);
  if (children.stuck.has(mount.mountPoint)) return unresponsive(mount);
  const child = start(children);
  const ended = Promise.withResolvers<RemoteAnswer | Fault>();
  const giveUp = (fault: Fault): void => {
    ended.resolve(fault);
    children.stuck.set(mount.mountPoint, child);
    abandon(child);
  };
  const { clock, timeoutMs = DEFAULT_TIMEOUT_MS } = children.options;
  const cancel = clock.schedule(timeoutMs, () => giveUp(unresponsive(mount)));
  const onAbort = (): void => giveUp(abortFault(signal));
  signal.addEventListener("abort", onAbort);
  child.once("close", () => {
    children.running.delete(child);
    if (children.stuck.get(mount.mountPoint) === child) children.stuck.delete(mount.mountPoint);
  });
  collect(child, mount, ended.resolve);
  child.stdin.end(JSON.stringify(question));
  try {
    const answer = await ended.promise;
    throwIfAborted(signal);
    return answer;
  } finally {
    signal.removeEventListener("abort", onAbort);
    cancel();
  }
}

function start(children: Children): Child {
  const [program, ...argv] = children.options.command ?? ownCommand();
  const child = spawn(program, argv, { stdio: ["pipe", "pipe", "pipe"], env: {}, cwd: "/" });
  children.running.add(child);
  return child;
}

/** Runs from source and from built files alike: the reader lies beside this file and is named like it. */
function ownCommand(): readonly [string, ...string[]] {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const reader = fileURLToPath(new URL(`./remote-reader.${extension}`, import.meta.url));
  const conditions = process.execArgv.filter((argument) => argument.startsWith("--conditions="));
  return [process.execPath, ...conditions, reader];
}

function collect(
  child: Child,
  mount: RemoteMount,
  done: (answer: RemoteAnswer | Fault) => void,
): void {
  const output: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => complaints.push(chunk));
  child.once("error", (error) => done(crashed(mount, error.message)));
  // A child that ended before it read its question is told of by its exit.
  child.stdin.on("error", (error) => complaints.push(Buffer.from(error.message)));
  child.once("close", (exitCode) => {
    if (exitCode === 0) done(parsed(mount, Buffer.concat(output).toString("utf8")));
    else done(crashed(mount, Buffer.concat(complaints).toString("utf8").slice(0, 500)));
  });
}

function parsed(mount: RemoteMount, text: string): RemoteAnswer | Fault {
  try {
    return parseAnswer(text);
  } catch (error) {
    return crashed(mount, toFault(error).message);
  }
}

/** Kills it and forgets it: the process may end before the child does. */
function abandon(child: Child): void {
  child.kill("SIGKILL");
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
  child.unref();
}

function crashed({ mountPoint }: RemoteMount, complaint: string): Fault {
  return new Fault({
    reason: "HostFailed",
    message: `the process that reads the file system at ${mountPoint} failed: ${complaint}`,
    resolution: "Report this with the output of the same command and --verbose.",
  });
}
