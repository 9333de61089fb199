import {
  type Clock,
  type CommandResult,
  Fault,
  type FileReader,
  type FileReadRequest,
  type PathWatches,
  type Watch,
} from "@holdfast/core";
import { runProcess } from "../processes/run-process.ts";
import { shownOutput } from "./package-faults.ts";
import type { PackageEvent } from "./package-backend.ts";
import type { TransactionRunner } from "./runner/transaction-runner.ts";

/** What every backend of the machine is made of. */
export interface BackendTools {
  readonly clock: Clock;
  /** The root of the machine whose packages these are. */
  readonly root: string;
  /** Inside that root. */
  readonly files: FileReader;
  readonly paths: PathWatches;
  readonly runner: TransactionRunner;
  /** How the programs are led into another root than `/`; without it they are not run there. */
  readonly image?: PackageImage;
}

/** A root beside the machine's own, as the tools get it. */
export interface PackageImage {
  /** Added to the environment of the programs, e.g. `APT_CONFIG`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Options for the program that works on the database itself, e.g. `--root`. */
  readonly options: readonly string[];
}

const QUESTION_MS = 60_000;
/** What one tool says of a thousand packages. */
const MOST_ANSWER_BYTES = 32 * 1024 * 1024;

/** A question to a package tool. */
export interface Question {
  readonly argv: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** What it reads. Default: nothing. */
  readonly input?: string;
  /** Default: one minute. */
  readonly timeoutMs?: number;
}

/**
 * Runs a program that is not a transaction, and may be ended.
 * @throws {Fault} RootExecRefused, CommandNotFound, CommandTimeout, Aborted, HostFailed; PackageFailed, when what it said
 *   was too long.
 */
export async function ask(
  tools: BackendTools,
  { argv, environment, input, timeoutMs = QUESTION_MS }: Question,
  signal: AbortSignal,
): Promise<CommandResult> {
  requireSameRoot(tools, argv[0]);
  const env = { ...environment, ...tools.image?.environment };
  const stdin = input === undefined ? {} : { stdin: input };
  const request = { argv, env, timeoutMs, maxOutputBytes: MOST_ANSWER_BYTES, ...stdin };
  const result = await runProcess(request, tools.clock, signal);
  if (result.isTruncated) throw failed(argv[0], "said more than is read");
  return result;
}

/** What it answered. @throws {Fault} PackageFailed, when the program failed; and what `ask` throws. */
export async function answerOf(
  tools: BackendTools,
  question: Question,
  signal: AbortSignal,
): Promise<string> {
  const { exitCode, stdout, stderr } = await ask(tools, question, signal);
  if (exitCode === 0) return stdout;
  throw failed(question.argv.slice(0, 2).join(" "), `failed: ${shownOutput(stderr || stdout)}`);
}

/** @throws {Fault} RootExecRefused: the program would act on this machine instead of the root. */
export function requireSameRoot({ root, image }: BackendTools, program: string): void {
  if (root === "/" || image !== undefined) return;
  throw new Fault({
    reason: "RootExecRefused",
    message: `${program} does not run: it would change this machine, not the root ${root}`,
    resolution: "Install packages into an image with the tool that makes the image.",
  });
}

/** @throws {Fault} NotPrivileged. */
export function requireSuperuser(program: string): void {
  if (process.geteuid?.() === 0) return;
  throw new Fault({
    reason: "NotPrivileged",
    message: `only root changes packages with ${program}`,
    resolution: "Run as root.",
  });
}

/** The tool did something else than what it is known for. */
export function failed(program: string, what: string, cause?: unknown): Fault {
  return new Fault({
    reason: "PackageFailed",
    message: `${program} ${what}`,
    resolution: "Run the same with the package tool by itself, and correct what it complains of.",
    cause,
  });
}

/** What a stamp is made of. */
export interface Stamped {
  /** Directories whose files are replaced whole: which file it is tells. */
  readonly replaced: readonly string[];
  /** Directories and files that people edit: what is in them tells. */
  readonly edited: readonly string[];
}

/** A text that is another one when something of this changed. */
export async function stampOf(
  { files }: BackendTools,
  { replaced, edited }: Stamped,
  signal: AbortSignal,
): Promise<string> {
  const requests: FileReadRequest[] = [];
  const add = async (path: string, content: "none" | "sha256"): Promise<void> => {
    requests.push({ path, content, followLink: true });
    const listed = await files.list(path, signal);
    if (listed.type !== "present") return;
    for (const name of listed.value) {
      requests.push({ path: `${path}/${name}`, content, followLink: true });
    }
  };
  for (const path of replaced) await add(path, "none");
  for (const path of edited) await add(path, "sha256");
  const read = await files.readMany(requests, signal);
  return read
    .map((found, at) => {
      const path = requests[at]?.path ?? "";
      if (found.type !== "present") return `${path} ${found.type}`;
      const { entry, sha256 = "" } = found.value;
      return `${path} ${entry.device} ${entry.inode} ${entry.sizeBytes} ${sha256}`;
    })
    .join("\n");
}

/** Watches the files of a database, and the directories of lists and sources. */
export async function listenTo(
  { paths }: BackendTools,
  watched: { readonly installed: readonly string[]; readonly available: readonly string[] },
  hear: (event: PackageEvent) => void,
  signal: AbortSignal,
): Promise<Watch> {
  const installed = new Set(watched.installed);
  return paths.watch(
    [...watched.installed, ...watched.available],
    (hint) => {
      if (hint.type === "overflow") return hear({ type: "overflow", trigger: "overflow" });
      const type = installed.has(hint.path) ? "installed" : "available";
      return hear({ type, trigger: `${hint.path}: ${hint.trigger}` });
    },
    signal,
  );
}
