import {
  ABSENT,
  type AccountSnapshot,
  type AuthorizedKeyEntry,
  type KeyOption,
  type LocalUser,
  type Observation,
  present,
  type ReadContext,
} from "@holdfast/core";
import { readableText } from "../byte-text.ts";
import { linesOfKey, otherLines, parseKeys } from "./edit.ts";
import { type KeyPlace, readKeyPlaces } from "./key-place.ts";
import type { SshKeySpec } from "./spec.ts";

/** What is of the declared keys in the file of a user. Absent: no such user, or none of what should not be there. */
export interface SshKeyObserved {
  /** Of the file. */
  readonly path: string;
  /** For each declared key its lines. */
  readonly keys: readonly (readonly ObservedKey[])[];
  /** Other keys, where they are to go. */
  readonly others: readonly string[];
  /** 12 bits; `undefined`: there is no such file. */
  readonly mode?: number;
  /** Likewise of its directory. */
  readonly directoryMode?: number;
  /** The user did not get the directory: its making was cut off. */
  readonly isUngiven?: boolean;
}

/** One line of a key. */
export interface ObservedKey {
  readonly options: readonly KeyOption[];
  /** A byte string. */
  readonly comment: string;
}

/** All users and the files of those whose keys are declared. */
export interface SshKeySnapshot {
  readonly users: AccountSnapshot<LocalUser>;
  /** By the name of the user. */
  readonly places: ReadonlyMap<string, Observation<KeyPlace>>;
  readonly specs: ReadonlySet<SshKeySpec>;
}

/** Reads accounts and files once for all. */
export async function snapshotSshKeys(
  specs: readonly SshKeySpec[],
  { host, signal }: ReadContext,
): Promise<SshKeySnapshot> {
  const users = await host.accounts.readUsers(signal);
  const names = [...new Set(specs.map(({ user }) => user))];
  const found = names.flatMap((name) => users.byName.get(name) ?? []);
  const readings = await readKeyPlaces(found, host.files, signal);
  const places = new Map(found.map(({ name }, position) => [name, readings[position] ?? ABSENT]));
  return { users, places, specs: new Set(specs) };
}

/** Observes declared keys, in the snapshot where it was made for them. */
export async function observeSshKey(
  spec: SshKeySpec,
  context: ReadContext<SshKeySnapshot>,
): Promise<Observation<SshKeyObserved>> {
  const snapshot = context.snapshot?.specs.has(spec)
    ? context.snapshot
    : await snapshotSshKeys([spec], { ...context, snapshot: undefined });
  const place = snapshot.places.get(spec.user) ?? ABSENT;
  if (place.type !== "present") return place;
  return observedIn(place.value, spec);
}

/** A key so that a person knows it again: its type, its end, its comment. */
export function shownKey({ type, blob, comment }: AuthorizedKeyEntry): string {
  const end = blob.replace(/=+$/, "").slice(-12);
  return [type, `…${end}`, ...(comment === "" ? [] : [readableText(comment)])].join(" ");
}

function observedIn(place: KeyPlace, spec: SshKeySpec): Observation<SshKeyObserved> {
  const { file, directoryMode, isUngiven } = place;
  const table = parseKeys(file?.content ?? "");
  const keys = spec.keys.map((key) =>
    linesOfKey(table, key).map(({ options, comment }) => ({ options, comment })),
  );
  if (spec.isAbsent && keys.every((lines) => lines.length === 0)) return ABSENT;
  const others = spec.isExclusive
    ? otherLines(table, spec).map(({ meaning }) =>
        meaning.type === "entry" ? shownKey(meaning.entry) : "a line that is no key",
      )
    : [];
  return present({
    path: place.path,
    keys,
    others,
    ...(file === undefined ? {} : { mode: file.mode }),
    ...(directoryMode === undefined ? {} : { directoryMode }),
    ...(isUngiven === undefined ? {} : { isUngiven }),
  });
}
