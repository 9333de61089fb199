import type { Clock, Fault } from "@holdfast/core";
import { type ProcessRequest, runProcess } from "../processes/run-process.ts";
import { denied, notFound } from "../processes/spawn-fault.ts";

/** What is asked about a program: whether its file is there, or may be run. */
export type ProgramQuestion = "exists" | "may be run";

const YES = 0;
const NO = 33;
const TESTS = { exists: "e", "may be run": "x" } as const;
const TIMEOUT_MS = 10_000;
/** What the C library takes where the environment has none. */
const DEFAULT_PATH = "/bin:/usr/bin";
/** Finds the program as execvp(3) does. */
const SCRIPT = `set -f; IFS=:
fits() { test -f "$2" && test "-$1" "$2"; }
case $2 in
*/*) fits "$1" "$2" && exit ${YES} ;;
*) for directory in $PATH; do fits "$1" "\${directory:-.}/$2" && exit ${YES}; done ;;
esac
exit ${NO}`;

/**
 * Asks about the program of a request in a process of its own, so that a dead mount on its PATH holds up nobody. Its exit
 * code is the answer; `undefined` when there is none, because the process could not be put in the place of the program.
 */
export async function askAboutProgram(
  question: ProgramQuestion,
  {
    request: { argv, cwd = "/", env },
    become = (words) => words,
    clock,
  }: {
    readonly request: ProcessRequest;
    /** What is put before the words to ask as another user. Default: asks as this one. */
    readonly become?: (words: ProcessRequest["argv"]) => ProcessRequest["argv"];
    readonly clock: Clock;
  },
): Promise<boolean | undefined> {
  const words = ["/bin/sh", "-c", SCRIPT, "sh", TESTS[question], argv[0]] as const;
  const probe = {
    argv: become(words),
    cwd,
    env: { PATH: env["PATH"] ?? DEFAULT_PATH },
    timeoutMs: TIMEOUT_MS,
    cgroup: "none",
  } as const;
  const { exitCode } = await runProcess(probe, clock, new AbortController().signal);
  return exitCode === YES ? true : exitCode === NO ? false : undefined;
}

/**
 * Refuses a program that cannot be started, and does not start it.
 * @throws {Fault} CommandNotFound; PermissionDenied; NotFound, without the working directory.
 */
export async function checkProgram(request: ProcessRequest, clock: Clock): Promise<void> {
  const isStartable = await askAboutProgram("may be run", { request, clock });
  if (isStartable === false) throw await unstartable(request, clock);
}

/** Why a program cannot be started: it is closed to who would, or is not there for anybody. */
export async function unstartable(request: ProcessRequest, clock: Clock): Promise<Fault> {
  const { argv, cwd = "/" } = request;
  const isThere = await askAboutProgram("exists", { request, clock });
  return isThere === true ? denied(argv[0], cwd) : notFound(argv[0]);
}
