import type { FaultReason } from "@holdfast/core";
import {
  type Operation,
  kindConformance,
  type KindSample,
  type KindSamples,
} from "@holdfast/testing";
import fc from "fast-check";
import { directoryKind } from "./kind.ts";
import type { DirectoryInput } from "./spec.ts";

const PATH = "/srv/app";
/** Whoever is not root can give nothing away. */
const OWNERS = process.geteuid?.() === 0 ? [0, 1000, 65534] : [process.geteuid?.() ?? 0];
const OWN_GROUP = process.getegid?.() ?? 0;

const needs: readonly Operation[] = [
  { type: "directory", path: "/srv" },
  { type: "remove", path: PATH },
];

const attributes = fc.record(
  {
    mode: fc.constantFrom("0755", "0700", "1770"),
    owner: fc.constantFrom(...OWNERS),
    group: fc.constant(OWN_GROUP),
  },
  { requiredKeys: [] },
);
const input: fc.Arbitrary<DirectoryInput> = fc
  .tuple(
    attributes,
    fc.oneof(
      fc.constant({}),
      attributes.map((recurse) => ({ recurse })),
    ),
  )
  .map(([own, below]) => ({ ...own, ...below }));

const there = fc.constantFrom(0o755, 0o750).map((mode): Operation => {
  return { type: "directory", path: PATH, mode };
});
const inIt: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({
    type: fc.constant("write" as const),
    path: fc.constantFrom(`${PATH}/one`, `${PATH}/deep/two`),
    content: fc.constant("somebody's"),
    mode: fc.constantFrom(0o600, 0o755),
    uid: fc.constantFrom(...OWNERS),
  }),
  fc.constantFrom<Operation>(
    { type: "directory", path: `${PATH}/deep`, mode: 0o700 },
    { type: "symlink", path: `${PATH}/out`, target: "/srv" },
    { type: "fifo", path: `${PATH}/fifo` },
  ),
);
const inTheWay = fc.constantFrom<Operation>(
  { type: "write", path: PATH, content: "somebody's" },
  { type: "symlink", path: PATH, target: "elsewhere" },
  { type: "fifo", path: PATH },
);

const sample = (
  what: fc.Arbitrary<DirectoryInput>,
  before: fc.Arbitrary<readonly Operation[]>,
  reason?: FaultReason,
): fc.Arbitrary<KindSample<DirectoryInput>> =>
  fc.record({
    name: fc.constant(PATH),
    input: what,
    needs: fc.constant(needs),
    before,
    ...(reason === undefined ? {} : { refused: fc.constant(reason) }),
  });
const full = fc
  .tuple(there, fc.array(inIt, { minLength: 1, maxLength: 4 }))
  .map(([directory, entries]) => [directory, ...entries]);

const samples: KindSamples<DirectoryInput> = {
  samples: fc.oneof(
    sample(input, fc.array(there, { maxLength: 1 })),
    sample(input, full),
    sample(
      input.map((one) => ({ ...one, force: true })),
      fc.tuple(inTheWay),
    ),
    sample(fc.constant({ state: "absent" }), fc.array(there, { maxLength: 1 })),
    sample(
      fc.constant({ state: "absent", force: true }),
      fc.oneof(
        full,
        inTheWay.map((operation) => [operation]),
      ),
    ),
    sample(fc.constant({ state: "absent" }), full, "DirectoryNotEmpty"),
    sample(
      fc.oneof(input, fc.constant({ state: "absent" as const })),
      fc.tuple(inTheWay),
      "WrongType",
    ),
    sample(input, fc.constant([{ type: "remove", path: "/srv" }]), "NotFound"),
  ),
  tampers: ({ input: { mode, owner, state } }) =>
    state === "absent"
      ? fc.oneof(there, inTheWay)
      : fc.oneof(
          inTheWay,
          fc.constantFrom<Operation>(
            { type: "remove", path: PATH },
            { type: "remove", path: "/srv" },
            { type: "rename", path: "/srv", to: "/moved" },
            { type: "rename", path: PATH, to: "/srv/moved" },
            ...(mode === undefined ? [] : [{ type: "chmod", path: PATH, mode: 0o711 } as const]),
            ...(owner === undefined || OWNERS.length < 2
              ? []
              : [{ type: "chown", path: PATH, uid: 4321, gid: OWN_GROUP } as const]),
          ),
        ),
};

/** A copy: its source is what is needed, and what is there of it is what was before. */
const SOURCE = "/templates";
type Content = Extract<Operation, { type: "write" }>;
const write = (path: string, content: string, mode: number, uid = OWNERS[0] ?? 0): Content => {
  return { type: "write", path, content, mode, uid, gid: OWN_GROUP };
};
const entry = (top: string): fc.Arbitrary<Operation> =>
  fc.oneof(
    fc
      .tuple(
        fc.constantFrom("one", "deep/two", "deep/er/three"),
        fc.constantFrom("short", "other", "something longer"),
        fc.constantFrom(0o600, 0o755),
        fc.constantFrom(...OWNERS),
      )
      .map(([name, content, mode, uid]) => write(`${top}/${name}`, content, mode, uid)),
    fc.constantFrom<Operation>(
      { type: "directory", path: `${top}/deep`, mode: 0o750 },
      { type: "symlink", path: `${top}/out`, target: "one" },
      { type: "symlink", path: `${top}/out`, target: "/srv" },
    ),
  );
const strange = fc.constantFrom<Operation>(
  write(`${PATH}/extra`, "somebody's", 0o640),
  write(`${PATH}/deep/keep.bak`, "somebody's", 0o640),
  write(`${PATH}/more/extra`, "somebody's", 0o640),
  { type: "fifo", path: `${PATH}/deep/pipe` },
  { type: "symlink", path: `${PATH}/more/link`, target: "/srv" },
);
/** In the place of something of another type. */
const blocking = fc.constantFrom<Operation>(
  write(`${PATH}/deep`, "somebody's", 0o640),
  write(`${PATH}/one/below`, "somebody's", 0o640),
  write(`${PATH}/out`, "somebody's", 0o640),
  { type: "symlink", path: `${PATH}/deep`, target: "/srv" },
);
const sourceOf = (entries: readonly Operation[]): readonly Operation[] => [
  ...needs,
  { type: "remove", path: SOURCE },
  write(`${SOURCE}/first`, "always there", 0o644),
  ...entries,
];
const copyInput = fc
  .record(
    {
      purge: fc.boolean(),
      exclude: fc.constant<string[]>(["*.bak"]),
      mode: fc.constant("0711"),
      recurse: fc.constantFrom({ mode: "0640" }, { group: OWN_GROUP }),
    },
    { requiredKeys: [] },
  )
  .map((fields): DirectoryInput => ({ source: SOURCE, ...fields }));
const copySample = (
  what: fc.Arbitrary<DirectoryInput>,
  before: fc.Arbitrary<readonly Operation[]>,
): fc.Arbitrary<KindSample<DirectoryInput>> =>
  fc
    .tuple(what, fc.array(entry(SOURCE), { maxLength: 3 }), before)
    .map(([wanted, entries, there]) => {
      const source = sourceOf(entries);
      return { name: PATH, input: wanted, needs: source, before: there, isStepwise: true };
    });
const copied = fc.array(fc.oneof(entry(PATH), strange), { maxLength: 3 });
const forced = copyInput.map((one) => ({ ...one, force: true, exclude: [] }));

/** From what no copy can be made. */
const refusedCopy = fc.constantFrom<readonly [FaultReason, readonly Operation[]]>(
  ["ContentUnavailable", [{ type: "remove", path: SOURCE }]],
  ["ContentUnavailable", [write(SOURCE, "no directory", 0o644)]],
  ["SourceEntryRefused", [{ type: "fifo", path: `${SOURCE}/deep/pipe` }]],
  ["SourceEntryRefused", [write(`${SOURCE}/deep/run`, "x", 0o4755)]],
  ["WrongType", [{ type: "directory", path: `${PATH}/first` }]],
);
const refusedCopies = fc
  .tuple(refusedCopy, fc.boolean(), fc.array(entry(PATH), { maxLength: 2 }))
  .map(([[refused, wrong], purge, there]): KindSample<DirectoryInput> => {
    const input = { source: SOURCE, purge };
    return { name: PATH, input, needs: sourceOf([]), before: [...there, ...wrong], refused };
  });

const copies: fc.Arbitrary<KindSample<DirectoryInput>> = fc.oneof(
  copySample(copyInput, copied),
  copySample(forced, fc.array(fc.oneof(blocking, strange), { maxLength: 2 })),
  refusedCopies,
);

/** Of a copy all is managed that its source has; what it does not have, only where that is purged. */
function copyTampers({ purge, recurse }: DirectoryInput): fc.Arbitrary<Operation> {
  return fc.constantFrom<Operation>(
    { type: "remove", path: PATH },
    { type: "remove", path: "/srv" },
    { type: "remove", path: `${PATH}/first` },
    { type: "rename", path: PATH, to: "/srv/moved" },
    { type: "symlink", path: PATH, target: SOURCE },
    write(`${PATH}/first`, "always then.", 0o644),
    write(`${PATH}/first`, "longer than it was", 0o644),
    { type: "replace", path: `${PATH}/first`, content: "replaced" },
    { type: "chmod", path: `${PATH}/first`, mode: 0o611 },
    { type: "chmod", path: PATH, mode: 0o777 },
    { type: "symlink", path: `${PATH}/first`, target: "elsewhere" },
    { type: "remove", path: SOURCE },
    { type: "rename", path: SOURCE, to: "/moved" },
    write(`${SOURCE}/first`, "of another kind", 0o644),
    { type: "replace", path: `${SOURCE}/first`, content: "replaced too" },
    write(`${SOURCE}/added/deep/file`, "added", 0o644),
    write(`${SOURCE}/added/deep/file`, "edited", 0o644),
    { type: "fifo", path: `${SOURCE}/added/pipe` },
    ...(recurse?.mode === undefined
      ? [{ type: "chmod", path: `${SOURCE}/first`, mode: 0o640 } as const]
      : []),
    ...(purge === true
      ? [
          write(`${PATH}/extra`, "somebody's", 0o640),
          write(`${PATH}/more/extra`, "somebody's", 0o640),
          { type: "remove", path: `${SOURCE}/added` } as const,
        ]
      : []),
  );
}

kindConformance(directoryKind, {
  samples: fc.oneof(samples.samples, copies),
  tampers: (drawn) =>
    drawn.input.source === undefined ? samples.tampers(drawn) : copyTampers(drawn.input),
  troubledCalls: 40,
});
