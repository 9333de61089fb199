import { type CommandQuery, type CommandResult, Fault, type WriteContext } from "@holdfast/core";
import { encodeText } from "../byte-text.ts";
import { MINIMAL_ENVIRONMENT } from "../command/environment.ts";
import { makeDirectories } from "../directory/make-directories.ts";
import { judge } from "./judge.ts";
import { QUADLET_DIRECTORY, type QuadletSpec } from "./spec.ts";

/** Podman's generator, where systemd finds it. */
const GENERATOR = "/usr/lib/systemd/system-generators/podman-system-generator";
const CHECK_TIMEOUT_MS = 60_000;
/** It prints all units of the machine. */
const MOST_OUTPUT_BYTES = 8 * 1024 * 1024;
/** Where a new file is tried; it is empty but for that moment. In the folder itself a systemd could read it too soon. */
export const SCRATCH_DIRECTORY = "/run/holdfast-quadlet";
/** The folders that the generator reads beside it, for a new file may name what is in them. */
const FOLDERS = ["/run/containers/systemd", QUADLET_DIRECTORY, "/usr/share/containers/systemd"];

const QUERY: CommandQuery = {
  argv: [GENERATOR, "-dryrun"],
  env: { ...MINIMAL_ENVIRONMENT, QUADLET_UNIT_DIRS: [SCRATCH_DIRECTORY, ...FOLDERS].join(":") },
  timeoutMs: CHECK_TIMEOUT_MS,
  maxOutputBytes: MOST_OUTPUT_BYTES,
};

/** Where a check may have left its temporary file. */
export function scratchPath({ name }: Pick<QuadletSpec, "name">): string {
  return `${SCRATCH_DIRECTORY}/${name}`;
}

/**
 * Asks Podman's generator about a new file among all others, before it takes its place.
 * @throws {Fault} CommandNotFound, where there is no generator; ValidationFailed, when no service would be made of the file.
 */
export async function demandAccepted(spec: QuadletSpec, context: WriteContext): Promise<void> {
  await demandGenerator(context);
  await makeDirectories([SCRATCH_DIRECTORY], context);
  let asked: { readonly result: CommandResult; readonly path: string } | undefined;
  // A temporary file that is never renamed: a write that its own check stops leaves nothing behind.
  const validate = async (path: string): Promise<void> => {
    asked = { result: await context.host.commands.query(QUERY, context.signal), path };
    throw new Fault({ reason: "Aborted", message: "it was only tried", resolution: "None." });
  };
  const content = encodeText(spec.text);
  const request = { path: scratchPath(spec), content, attempt: context.attempt, validate };
  await context.host.files.write(request, context.signal).catch((error) => {
    if (asked === undefined) throw error;
  });
  if (asked !== undefined) judge(spec, asked);
}

async function demandGenerator({ host, signal }: WriteContext): Promise<void> {
  try {
    await host.commands.check(QUERY, signal);
  } catch (error) {
    const isMissing = error instanceof Fault && MISSING.has(error.reason);
    if (!isMissing) throw error;
    throw new Fault({
      reason: "CommandNotFound",
      message: `this machine has no ${GENERATOR}, so nothing would become of a quadlet`,
      resolution: "Install Podman 4.4 or newer, or declare a container instead.",
      cause: error,
    });
  }
}

const MISSING: ReadonlySet<string> = new Set(["CommandNotFound", "NotFound"]);
