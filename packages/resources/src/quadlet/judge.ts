import { type CommandResult, Fault } from "@holdfast/core";
import { QUADLET_DIRECTORY, type QuadletSpec } from "./spec.ts";

const MOST_SAID = 600;
/** What the generator writes before a message, and messages that are no faults. */
const PREFIX = /^quadlet-generator\[\d+\]: /;
const HARMLESS = /^(?:Loading source unit file|Warning:)/;
/** A file that the generator cannot read, of which it takes nothing of the whole folder (Podman 5). */
const UNREADABLE = /error loading "([^"]+)"/g;
/** A file beside it is missing, or was not read. */
const MISSING_OTHER = /not found|does not exist/;

/** What the generator was asked: about the new file at this path. */
interface Asked {
  readonly result: CommandResult;
  readonly path: string;
}

/**
 * Decides whether the generator takes a new file. What it has against other files is their own affair, unless it leaves
 * out the whole folder because of one.
 * @throws {Fault} ValidationFailed.
 */
export function judge({ name, file }: QuadletSpec, { result, path }: Asked): void {
  const unreadable = unreadableIn(result.stderr);
  const other = unreadable.find((each) => each !== file.path);
  if (other !== undefined) {
    throw refusal(
      `Podman's generator cannot read ${other}, and makes no service of anything in ${QUADLET_DIRECTORY} because of it`,
      `Correct or remove ${other}.`,
    );
  }
  if (result.stdout.split("\n").includes(`SourcePath=${path}`)) return;
  const said = saidAbout(path, name, result);
  // What it replaces hid the others from the generator: whether they are there is seen when it has taken its place.
  const isHidden = unreadable.includes(file.path);
  if (isHidden && said.length > 0 && said.every((line) => MISSING_OTHER.test(line))) return;
  const words = said.join("; ") || `it made nothing of it (exit code ${result.exitCode ?? "none"})`;
  throw refusal(
    `Podman's generator has something against ${name}, which was not installed: ${words.slice(0, MOST_SAID)}`,
    "Correct what it names; podman-systemd.unit(5) of the installed version says what it knows.",
  );
}

function unreadableIn(stderr: string): readonly string[] {
  const paths = [...stderr.matchAll(UNREADABLE)].map(([, path = ""]) => path);
  return paths.filter((path) => path.slice(0, path.lastIndexOf("/")) === QUADLET_DIRECTORY);
}

/** The lines that name the new file, by the name that it is to have. */
function saidAbout(path: string, name: string, { stderr }: CommandResult): readonly string[] {
  const tried = path.slice(path.lastIndexOf("/") + 1);
  return stderr
    .split("\n")
    .map((line) => line.replace(PREFIX, "").trim())
    .filter((line) => line.includes(tried) && !HARMLESS.test(line))
    .map((line) => line.replaceAll(path, `${QUADLET_DIRECTORY}/${name}`).replaceAll(tried, name));
}

function refusal(message: string, resolution: string): Fault {
  return new Fault({ reason: "ValidationFailed", message, resolution });
}
