import {
  ABSENT,
  type CommandQuery,
  commandFault,
  type CommandResult,
  Fault,
  parseUnitName,
  type WriteContext,
} from "@holdfast/core";
import { encodeText } from "../byte-text.ts";
import { MINIMAL_ENVIRONMENT } from "../command/environment.ts";
import { type SystemdUnitSpec, UNIT_DIRECTORY } from "./spec.ts";

const VERIFY_TIMEOUT_MS = 60_000;
/** No unit file is longer. */
const MOST_UNIT_BYTES = 256 * 1024;
/** Where the composition of a unit and a drop-in is verified; nothing ever stays there. */
export const SCRATCH_PATH = `${UNIT_DIRECTORY}/holdfast-verify`;
/** Without it older versions say yes to whatever they can start. */
const STRICT = "--recursive-errors=no";

/**
 * Asks systemd-analyze about the new file of a whole unit, before it takes its place.
 * @throws {Fault} ValidationFailed, when systemd would ignore a line of it or not start it.
 */
export async function verifyUnit(
  spec: SystemdUnitSpec,
  temporaryPath: string,
  context: WriteContext,
): Promise<void> {
  if (!spec.isVerified || spec.directory !== undefined) return;
  await demandAccepted(spec, await analyze(spec, temporaryPath, context), context);
}

/**
 * Asks it about a whole unit that is to be written together with others, before any of them is.
 * @throws {Fault} ValidationFailed.
 */
export async function verifyText(spec: SystemdUnitSpec, context: WriteContext): Promise<void> {
  await demandAccepted(spec, await analyzeText(spec, spec.text, context), context);
}

/**
 * Asks it about the unit with the new drop-in behind it. Where there is no unit yet, or systemd has something against it
 * as it is, nothing can be said about the drop-in.
 * @throws {Fault} ValidationFailed.
 */
export async function verifyDropIn(spec: SystemdUnitSpec, context: WriteContext): Promise<void> {
  if (!spec.isVerified || spec.directory === undefined) return;
  const base = await textOfUnit(spec.unit, context);
  if (base === undefined) return;
  const both = await analyzeText(spec, `${base}\n${spec.text}`, context);
  if (both === undefined || both.exitCode === 0) return;
  const alone = await analyzeText(spec, base, context);
  if (alone?.exitCode === 0) await demandAccepted(spec, both, context);
}

async function textOfUnit(
  unit: string,
  { host, signal }: WriteContext,
): Promise<string | undefined> {
  const [found = ABSENT] = await host.services.observeMany([{ unit }], signal);
  if (found.type === "unknown") throw found.fault;
  const path = found.type === "present" ? found.value.path : undefined;
  if (path === undefined) return undefined;
  const request = { path, content: "bytes", maxBytes: MOST_UNIT_BYTES, followLink: true } as const;
  const file = await host.files.read(request, signal);
  const bytes = file.type === "present" ? file.value.bytes : undefined;
  return bytes && new TextDecoder().decode(bytes);
}

/** A temporary file that is never renamed: a write that its own check stops leaves nothing behind. */
async function analyzeText(
  spec: SystemdUnitSpec,
  text: string,
  context: WriteContext,
): Promise<CommandResult | undefined> {
  let result: CommandResult | undefined;
  let isAnalyzed = false;
  const validate = async (temporaryPath: string): Promise<void> => {
    result = await analyze(spec, temporaryPath, context);
    isAnalyzed = true;
    throw new Fault({ reason: "Aborted", message: "it was only tried", resolution: "None." });
  };
  const request = { path: SCRATCH_PATH, content: encodeText(text), attempt: context.attempt };
  await context.host.files.write({ ...request, validate }, context.signal).catch((error) => {
    if (!isAnalyzed) throw error;
  });
  return result;
}

/** `undefined` where there is no systemd-analyze, or it cannot be run under this root. */
async function analyze(
  { unit }: SystemdUnitSpec,
  temporaryPath: string,
  context: WriteContext,
): Promise<CommandResult | undefined> {
  const file = `${temporaryPath}:${nameToVerify(unit)}`;
  // It takes the first colon for the one before the name.
  if (temporaryPath.includes(":")) return undefined;
  return query(["verify", "--man=no", STRICT, file], context);
}

/**
 * Under its own name the drop-ins that are there already, or the service that a timer starts, would have a say; mounts and
 * their like must have theirs.
 */
function nameToVerify(unit: string): string {
  const { suffix, instance } = parseUnitName(unit) ?? {};
  if (suffix !== "service" && suffix !== "timer") return unit;
  return `holdfast-verify${instance === undefined ? "" : "@x"}.${suffix}`;
}

/** In what systemd-analyze says: where it has put a copy of the file, and the name that it was verified under. */
const COPY_DIRECTORY = /\/\S*\/systemd-analyze-\w+\//g;
const VERIFIED_NAME = /holdfast-verify(?:@x)?\.(?:service|timer)/g;

async function query(
  args: readonly string[],
  { host, signal }: WriteContext,
): Promise<CommandResult | undefined> {
  try {
    return await host.commands.query(queryOf(args), signal);
  } catch (error) {
    const isMissing = error instanceof Fault && MISSING.has(error.reason);
    if (isMissing) return undefined;
    throw error;
  }
}

const MISSING: ReadonlySet<string> = new Set(["CommandNotFound", "RootExecRefused"]);

function queryOf(args: readonly string[]): CommandQuery {
  return {
    argv: ["systemd-analyze", ...args],
    env: MINIMAL_ENVIRONMENT,
    timeoutMs: VERIFY_TIMEOUT_MS,
  };
}

async function demandAccepted(
  { unit, dropIn }: SystemdUnitSpec,
  result: CommandResult | undefined,
  context: WriteContext,
): Promise<void> {
  if (result === undefined || result.exitCode === 0) return;
  // What is too old to know the option has said no to that.
  const knows = await query([STRICT, "--version"], context);
  if (knows?.exitCode !== 0) return;
  const what = dropIn === undefined ? unit : `the drop-in ${dropIn} of ${unit}`;
  const refused = {
    reason: "ValidationFailed",
    message: `systemd-analyze has something against ${what}, which was not installed`,
    resolution: "Correct what it names; where it is right as it is, write verify: false.",
  } as const;
  const stderr = result.stderr.replaceAll(COPY_DIRECTORY, "").replaceAll(VERIFIED_NAME, unit);
  throw commandFault(
    { ...queryOf(["verify", unit]), faults: { other: refused } },
    { ...result, stderr },
  );
}
