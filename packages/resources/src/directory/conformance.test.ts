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

kindConformance(directoryKind, samples);
