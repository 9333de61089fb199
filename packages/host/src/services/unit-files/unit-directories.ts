import type { FileReader, FileReading, Observation } from "@holdfast/core";
import { isGenerated, lastingOf, PERSISTENT_UNITS } from "./search-path.ts";

/** One directory of unit files. */
export interface UnitDirectory {
  readonly path: string;
  readonly names: ReadonlySet<string>;
}

/** A link in a directory where links tell how units are enabled. */
export interface UnitLink {
  /** The directory of unit files that it is in, or under. */
  readonly directory: string;
  /** The directory `*.wants` or `*.requires` that it is in; `undefined` when it is a unit file itself. */
  readonly starts: string | undefined;
  readonly name: string;
  /** The last component of what it leads to. */
  readonly target: string;
}

/** What the directories of unit files hold. */
export interface UnitDirectories {
  /** In the order of the search path. */
  readonly directories: readonly UnitDirectory[];
  readonly links: readonly UnitLink[];
  /** False when something could not be read: then nothing may be concluded from what is not here. */
  readonly isComplete: boolean;
}

/** Directories whose links start what they lead to. */
const STARTS = /\.(?:wants|requires|upholds)$/;

/**
 * Reads the directories of unit files, and the links that tell how units are enabled: those for good, and those until
 * the next boot. Those that packages bring start nothing that somebody enabled.
 */
export async function readUnitDirectories(
  files: FileReader,
  searchPath: readonly string[],
  signal: AbortSignal,
): Promise<UnitDirectories> {
  const lists = await Promise.all(searchPath.map((path) => files.list(path, signal)));
  const directories = searchPath.map((path, at) => ({ path, names: namesOf(lists[at]) }));
  const places = await readPlaces(files, directories.filter(hasLinks), signal);
  const links = await readLinks(files, places.found, signal);
  const isComplete = lists.every(isKnown) && places.isComplete && links.isComplete;
  return { directories, links: links.found, isComplete };
}

interface Found<T> {
  readonly found: readonly T[];
  readonly isComplete: boolean;
}

/** Something in a directory of unit files that may be a link. */
interface Place {
  readonly directory: string;
  readonly starts: string | undefined;
  readonly name: string;
}

function hasLinks({ path }: UnitDirectory): boolean {
  return path === PERSISTENT_UNITS || lastingOf(path) === "runtime" || isGenerated(path);
}

async function readPlaces(
  files: FileReader,
  directories: readonly UnitDirectory[],
  signal: AbortSignal,
): Promise<Found<Place>> {
  const children = directories.flatMap(({ path, names }) =>
    [...names].filter((name) => STARTS.test(name)).map((starts) => ({ directory: path, starts })),
  );
  const lists = await Promise.all(
    children.map(({ directory, starts }) => files.list(`${directory}/${starts}`, signal)),
  );
  const below = children.flatMap((child, at) =>
    [...namesOf(lists[at])].map((name) => ({ ...child, name })),
  );
  const own = directories.flatMap(({ path, names }) =>
    [...names].map((name) => ({ directory: path, starts: undefined, name })),
  );
  const isUnit = ({ name }: Place): boolean => !/\.(?:d|wants|requires|upholds)$/.test(name);
  return { found: [...below, ...own].filter(isUnit), isComplete: lists.every(isKnown) };
}

async function readLinks(
  files: FileReader,
  places: readonly Place[],
  signal: AbortSignal,
): Promise<Found<UnitLink>> {
  const requests = places.map(({ directory, starts, name }) => ({
    path: [directory, ...(starts === undefined ? [] : [starts]), name].join("/"),
    content: "none" as const,
  }));
  const readings = await files.readMany(requests, signal);
  const found = places.flatMap((place, at) => {
    const reading = readings[at];
    const target = reading?.type === "present" ? reading.value.linkTarget : undefined;
    return target === undefined ? [] : [{ ...place, target: baseNameOf(target) }];
  });
  return { found, isComplete: readings.every(isKnown) };
}

/** The last component of a path. */
export function baseNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function namesOf(list: Observation<readonly string[]> | undefined): ReadonlySet<string> {
  return new Set(list?.type === "present" ? list.value : []);
}

function isKnown(observation: Observation<readonly string[] | FileReading>): boolean {
  return observation.type !== "unknown";
}
