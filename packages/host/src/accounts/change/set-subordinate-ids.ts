import {
  entriesOf,
  Fault,
  type IdRange,
  type LocalUser,
  type SubordinateEntry,
  type SubordinateIds,
  type TextTable,
} from "@holdfast/core";
import { type AccountWork, unknownAccount } from "./account-work.ts";
import { checkRanges } from "./check-input.ts";

/** Makes a user's subordinate ids exactly these, in one run. Two users with one id could reach each other's containers. */
export async function setSubordinateIds(
  work: AccountWork,
  name: string,
  { uids, gids }: SubordinateIds,
  signal: AbortSignal,
): Promise<void> {
  checkRanges(uids ?? []);
  checkRanges(gids ?? []);
  const { users, tables } = await work.read(signal);
  const user = users.byName.get(name);
  if (user === undefined) throw unknownAccount("user", name);
  refuseOverlap(user, uids ?? [], tables.subuid);
  refuseOverlap(user, gids ?? [], tables.subgid);
  const args = [
    ...differences("subuids", user.subordinateUids, uids),
    ...differences("subgids", user.subordinateGids, gids),
  ];
  if (args.length > 0) await work.runTool({ tool: "usermod", args: [...args, name] }, name, signal);
}

function differences(
  option: "subuids" | "subgids",
  present: readonly IdRange[],
  wanted: readonly IdRange[] | undefined,
): readonly string[] {
  if (wanted === undefined) return [];
  const unwanted = present.filter((range) => !hasRange(wanted, range));
  const missing = wanted.filter((range) => !hasRange(present, range));
  return [
    ...unwanted.flatMap((range) => [`--del-${option}`, printRange(range)]),
    ...missing.flatMap((range) => [`--add-${option}`, printRange(range)]),
  ];
}

function refuseOverlap(
  { name, uid }: LocalUser,
  ranges: readonly IdRange[],
  table: TextTable<SubordinateEntry>,
): void {
  const others = entriesOf(table).filter(({ owner }) => owner !== name && owner !== String(uid));
  for (const range of ranges) {
    const other = others.find((each) => overlaps(each, range));
    if (other !== undefined) throw rangeTaken(range, other.owner);
  }
}

function hasRange(ranges: readonly IdRange[], { first, count }: IdRange): boolean {
  return ranges.some((each) => each.first === first && each.count === count);
}

function overlaps(one: IdRange, other: IdRange): boolean {
  return one.first < other.first + other.count && other.first < one.first + one.count;
}

function printRange({ first, count }: IdRange): string {
  return `${first}-${first + count - 1}`;
}

function rangeTaken(range: IdRange, owner: string): Fault {
  return new Fault({
    reason: "IdTaken",
    message: `the subordinate ids ${printRange(range)} are partly ${owner}'s`,
    resolution: "Choose ids that nobody has.",
  });
}
