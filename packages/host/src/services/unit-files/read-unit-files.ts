import {
  type Enablement,
  type FileReader,
  type FileReading,
  type Lasting,
  type Observation,
  type UnitName,
} from "@holdfast/core";
import { type DropIns, NO_DROP_INS, readDropIns } from "./drop-ins.ts";
import { enablementOf, type Fragment, indexLinks, type LinkIndex } from "./enablement.ts";
import { isMask, readFiles } from "./read-files.ts";
import { lastingOf } from "./search-path.ts";
import { readUnitDirectories, type UnitDirectory } from "./unit-directories.ts";

/** What the disk says of a unit. */
export interface UnitFiles {
  /** Its file, apart from a mask; `undefined` when there is none. */
  readonly path: string | undefined;
  /** Whether that is a link: systemd then tells what it leads to. */
  readonly isLink: boolean;
  readonly mask: Lasting | undefined;
  readonly dropIns: readonly string[];
  /** `undecided`: systemd must be asked. `undefined`: it has no file, or a mask keeps systemd from telling. */
  readonly enablement: Enablement | "undecided" | undefined;
}

/** Where a unit has its file: the mask, what it hides, and one in reserve. */
const MOST_CANDIDATES = 3;

/**
 * Reads the files of many units: a handful of directories once, and one or two files for each unit. Nothing is asked of
 * systemd.
 */
export async function readUnitFiles(
  { files, searchPath }: { readonly files: FileReader; readonly searchPath: readonly string[] },
  units: readonly UnitName[],
  signal: AbortSignal,
): Promise<readonly UnitFiles[]> {
  const found = await readUnitDirectories(files, searchPath, signal);
  const { directories } = found;
  const links = indexLinks(found);
  const dropIns = await readDropIns(files, { units, directories }, signal);
  const candidates = units.map((unit) => candidatesOf(unit, directories));
  const flat = candidates.flat();
  const readings = await readFiles(
    files,
    flat.map(({ path }) => path),
    signal,
  );
  const byPath = new Map(flat.map(({ path }, at) => [path, readings[at]]));
  return units.map((unit, at) =>
    judge(unit, {
      candidates: candidates[at] ?? [],
      byPath,
      dropIns: dropIns[at] ?? NO_DROP_INS,
      links,
    }),
  );
}

interface Candidate {
  readonly directory: string;
  readonly path: string;
}

/** Where its file may be, the one that counts first: its own name before its template's, whatever the directory. */
function candidatesOf(unit: UnitName, directories: readonly UnitDirectory[]): readonly Candidate[] {
  for (const name of [unit.name, ...(unit.template === undefined ? [] : [unit.template])]) {
    const having = directories.filter(({ names }) => names.has(name));
    const places = having.map(({ path }) => ({ directory: path, path: `${path}/${name}` }));
    if (places.length > 0) return places.slice(0, MOST_CANDIDATES);
  }
  return [];
}

interface Judged {
  readonly candidates: readonly Candidate[];
  readonly byPath: ReadonlyMap<string, Observation<FileReading> | undefined>;
  readonly dropIns: DropIns;
  readonly links: LinkIndex;
}

function judge(unit: UnitName, { candidates, byPath, dropIns: own, links }: Judged): UnitFiles {
  const { paths: dropIns, isExtended } = own;
  const there = candidates.flatMap((candidate) => {
    const reading = byPath.get(candidate.path);
    return reading === undefined || reading.type === "absent" ? [] : [{ candidate, reading }];
  });
  const isMasked = there[0] !== undefined && isMask(there[0].reading);
  const mask = isMasked ? lastingOf(there[0]?.candidate.directory ?? "") : undefined;
  const counting = there.find(({ reading }) => !isMask(reading));
  if (counting === undefined)
    return { path: undefined, isLink: false, mask, dropIns, enablement: undefined };
  const { candidate, reading } = counting;
  const fragment = { ...candidate, ...contentOf(reading), isExtended };
  const enablement = enablementOf(unit, fragment, links) ?? (isMasked ? undefined : "undecided");
  return { path: candidate.path, isLink: fragment.isLink, mask, dropIns, enablement };
}

function contentOf(reading: Observation<FileReading>): Pick<Fragment, "isLink" | "text"> {
  if (reading.type !== "present") return { isLink: false, text: undefined };
  const { bytes, linkTarget } = reading.value;
  return { isLink: linkTarget !== undefined, text: bytes && new TextDecoder().decode(bytes) };
}
