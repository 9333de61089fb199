import {
  type Operation,
  kindConformance,
  type KindSample,
  type KindSamples,
} from "@holdfast/testing";
import fc from "fast-check";
import { linkKind } from "./kind.ts";
import type { LinkInput } from "./spec.ts";

const PATH = "/srv/link";
const FILE = "/srv/file";

const inTheWay: fc.Arbitrary<Operation> = fc.constantFrom<Operation>(
  { type: "replace", path: PATH, content: "somebody's" },
  { type: "fifo", path: PATH },
  { type: "hard-link", path: PATH, target: "/srv/other" },
);
const otherLink = fc
  .constantFrom("elsewhere", "/nowhere", "..")
  .map((target): Operation => ({ type: "symlink", path: PATH, target }));
const needs: readonly Operation[] = [
  { type: "directory", path: "/srv" },
  { type: "write", path: FILE, content: "the target" },
  { type: "write", path: "/srv/other", content: "another file" },
  { type: "remove", path: PATH },
];

const symbolic: fc.Arbitrary<KindSample<LinkInput>> = fc.record({
  name: fc.constant(PATH),
  input: fc.record({ target: fc.constantFrom("file", FILE, "../etc/é", "missing") }),
  needs: fc.constant(needs),
  before: fc.array(otherLink, { maxLength: 1 }),
});
const forced: fc.Arbitrary<KindSample<LinkInput>> = fc.record({
  name: fc.constant(PATH),
  input: fc.record({
    target: fc.constant(FILE),
    hard: fc.boolean(),
    force: fc.constant(true),
  }),
  needs: fc.constant(needs),
  before: fc.array(fc.oneof(inTheWay, otherLink), { maxLength: 1 }),
});
const refused: fc.Arbitrary<KindSample<LinkInput>> = fc.record({
  name: fc.constant(PATH),
  input: fc.record({ target: fc.constantFrom("file", "missing"), force: fc.constant(false) }),
  needs: fc.constant(needs),
  before: fc.tuple(inTheWay),
  refused: fc.constant("WrongType" as const),
});

const samples: KindSamples<LinkInput> = {
  samples: fc.oneof(symbolic, forced, refused),
  tampers: () =>
    fc.oneof(
      inTheWay,
      otherLink,
      fc.constantFrom<Operation>(
        { type: "remove", path: PATH },
        { type: "remove", path: "/srv" },
        { type: "directory", path: PATH },
        { type: "rename", path: "/srv", to: "/moved" },
      ),
    ),
};

kindConformance(linkKind, samples);
