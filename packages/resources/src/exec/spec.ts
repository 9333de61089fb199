import {
  type BindReport,
  programOf,
  readByCommand,
  type ResourceMeta,
  type Thing,
} from "@holdfast/core";
import { checkAbsolutePath, parentPath } from "../absolute-path.ts";
import { type Argv, toArgv } from "../command/argv.ts";
import { MINIMAL_ENVIRONMENT } from "../command/environment.ts";
import { type ExecInput, GUARDS } from "./fields.ts";

const DEFAULT_RETRY_DELAY_MS = 1000;
const SHELL = "/bin/sh";

/** A command and what decides whether it has to run: at least one guard or the key, or that it is notified. */
export interface ExecSpec extends ExecGuards {
  readonly argv: Argv;
  /** Absolute. */
  readonly cwd?: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly stdin?: string;
  readonly successCodes: readonly number[];
  readonly retries: number;
  readonly retryDelayMs: number;
}

/** What decides whether a command has to run. */
export interface ExecGuards {
  readonly unless?: Argv;
  readonly onlyIf?: Argv;
  /** Absolute. */
  readonly creates?: string;
  readonly idempotencyKey?: string;
  /** There is nothing to do but when it is notified; then there is no guard. */
  readonly isOnNotify: boolean;
}

/** Fills defaults, and reports what contradicts itself. */
export function bindExec(_name: string, input: ExecInput, report: BindReport): ExecSpec {
  const { cwd, user, stdin } = input;
  if (cwd !== undefined) checkAbsolutePath(cwd, "cwd", report);
  checkEnvironment(input.env ?? {}, report);
  return {
    argv: bindCommand(input.command, { field: "command", input, report }),
    ...bindGuards(input, report),
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...MINIMAL_ENVIRONMENT, ...input.env },
    ...(user === undefined ? {} : { user }),
    ...(stdin === undefined ? {} : { stdin }),
    successCodes: input.successCodes ?? [0],
    retries: input.retries ?? 0,
    retryDelayMs: input.retryDelayMs ?? DEFAULT_RETRY_DELAY_MS,
  };
}

/** D1: the default of a resource. */
const DEFAULT_TIMEOUT_MS = 300_000;

/** All attempts and the pauses between them share the timeout of the resource, so that some may never come. */
export function checkRetries(
  { retries, retryDelayMs }: ExecSpec,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: ResourceMeta,
  report: BindReport,
): void {
  const pausesMs = retries * retryDelayMs;
  if (pausesMs < timeoutMs) return;
  const detail =
    `${retries} pauses of ${retryDelayMs} ms do not fit into the ${timeoutMs} ms that all attempts have ` +
    "together: write a longer meta.timeoutMs, or fewer retries";
  report("retries", "attempts that never come", detail);
}

function bindGuards(input: ExecInput, report: BindReport): ExecGuards {
  const { unless, onlyIf, creates, idempotencyKey, onNotify: isOnNotify = false } = input;
  checkGuarded(input, report);
  if (creates !== undefined) checkAbsolutePath(creates, "creates", report);
  return {
    ...(unless === undefined
      ? {}
      : { unless: bindCommand(unless, { field: "unless", input, report }) }),
    ...(onlyIf === undefined
      ? {}
      : { onlyIf: bindCommand(onlyIf, { field: "onlyIf", input, report }) }),
    ...(creates === undefined ? {} : { creates }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    isOnNotify,
  };
}

function checkGuarded(input: ExecInput, report: BindReport): void {
  const guards = GUARDS.filter((guard) => input[guard] !== undefined);
  if (input.onNotify === true && guards.length > 0) {
    const detail =
      `a notification asks no guard, so ${guards.join(" and ")} would never count: leave that out, or leave out ` +
      "onNotify; a command with a guard can be notified too";
    report("onNotify", "onNotify takes the place of a guard", detail);
  }
  if (input.onNotify === true || guards.length > 0) return;
  const detail =
    "nothing says when the command has to run, so it would run again and again: write unless " +
    "or onlyIf (a command that looks), creates (a path), idempotencyKey (to run once for it), or " +
    "onNotify: true (to run when another resource notifies it)";
  report("", "an exec needs a guard", detail);
}

function bindCommand(
  command: ExecInput["command"],
  place: { readonly field: string; readonly input: ExecInput; readonly report: BindReport },
): Argv {
  const { field, input, report } = place;
  const words = typeof command === "string" ? [command] : command;
  if (words.some((word) => word.includes("\0")) || words[0] === "") {
    report(field, "not a command", "the program has a name, and no word has a NUL in it");
  }
  if (typeof command === "string") {
    if (input.shell !== true) {
      const detail =
        'write a list such as ["/usr/bin/touch", "/srv/done"], or add shell: true, ' +
        "which has /bin/sh read the string";
      report(field, "a string is not a command", detail);
    }
    return [SHELL, "-c", command];
  }
  if (input.shell === true && field === "command") {
    report(
      field,
      "a list is not for a shell",
      "write the command as one string, or leave shell out",
    );
  }
  return toArgv(command);
}

function checkEnvironment(env: Readonly<Record<string, string>>, report: BindReport): void {
  for (const [name, value] of Object.entries(env)) {
    if (/^[^=\0]+$/.test(name) && !value.includes("\0")) continue;
    const detail = "a variable has a name without = in it, and no NUL in its value";
    report(`env.${name}`, "not an environment variable", detail);
  }
}

/** Guards run whether the command does or not: without their programs, user and directory nothing is known. */
export function neededByExec(spec: ExecSpec): readonly Thing[] {
  const { unless, onlyIf } = spec;
  const guards = [unless, onlyIf].flatMap((guard) => (guard === undefined ? [] : [guard]));
  if (guards.length === 0) return [];
  const programs = guards.flatMap(([program]) => (program.startsWith("/") ? [program] : []));
  return [...programs.map((program): Thing => `path:${program}`), ...surroundings(spec)];
}

/** What its command runs and where, what its guards read, and the directory in which it makes something. */
export function usedByExec(spec: ExecSpec): readonly Thing[] {
  const { argv, unless = [], onlyIf = [], creates } = spec;
  return [
    ...programOf(argv),
    ...readByCommand(unless),
    ...readByCommand(onlyIf),
    ...surroundings(spec),
    ...(creates === undefined ? [] : [`path:${parentPath(creates)}` as const]),
  ];
}

function surroundings({ cwd, user }: ExecSpec): readonly Thing[] {
  return [
    ...(cwd === undefined ? [] : [`path:${cwd}` as const]),
    ...(user === undefined ? [] : [`user:${user}` as const]),
  ];
}

/**
 * What it creates is there for others to declare, and so is what is below. A path such as `/etc`, which is always there,
 * only says that the command never runs by itself.
 */
export function madeByExec({ creates }: ExecSpec): readonly string[] {
  return creates === undefined || parentPath(creates) === "/" ? [] : [creates];
}
