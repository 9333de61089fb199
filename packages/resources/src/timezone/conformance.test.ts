import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import { timezoneKind } from "./kind.ts";
import type { TimezoneInput } from "./spec.ts";

const LINK = "/etc/localtime";
const FILE = "/etc/timezone";
const ZONES = "/usr/share/zoneinfo";
const BERLIN = "Europe/Berlin";

const needs: readonly Operation[] = [
  { type: "directory", path: "/etc" },
  { type: "remove", path: LINK },
  { type: "remove", path: FILE },
  write(`${ZONES}/Etc/UTC`, "TZif2 utc"),
  write(`${ZONES}/${BERLIN}`, "TZif2 berlin"),
  { type: "symlink", path: `${ZONES}/Germany`, target: BERLIN },
];
const start = fc.constantFrom<Operation>(
  { type: "symlink", path: LINK, target: `${ZONES}/Etc/UTC` },
  { type: "symlink", path: LINK, target: `${ZONES}/${BERLIN}` },
  { type: "symlink", path: LINK, target: `../usr/share/zoneinfo/${BERLIN}` },
  { type: "symlink", path: LINK, target: "/usr/share/zoneinfo/../../../srv" },
  write(LINK, "TZif2 a copy"),
  write(FILE, "Etc/UTC\n"),
  write(FILE, `${BERLIN}\n`),
  { type: "chmod", path: FILE, mode: 0o600 },
);
const granted: fc.Arbitrary<KindSample<TimezoneInput>> = fc.record({
  name: fc.constant(BERLIN),
  input: fc.constantFrom<TimezoneInput>({}, { zone: "Germany" }),
  needs: fc.constant(needs),
  before: fc.array(start, { maxLength: 3 }),
  // First the link, then the name.
  isStepwise: fc.constant(true),
});
const refused = (
  reason: "UnknownTimeZone" | "WrongType",
  before: fc.Arbitrary<Operation>,
): fc.Arbitrary<KindSample<TimezoneInput>> =>
  fc.record({
    name: fc.constant(BERLIN),
    input: fc.constant<TimezoneInput>({}),
    needs: fc.constant(needs),
    before: fc.tuple(before),
    refused: fc.constant(reason),
  });

const unknown = fc.constantFrom<Operation>(
  { type: "remove", path: ZONES },
  { type: "directory", path: `${ZONES}/${BERLIN}` },
  write(`${ZONES}/${BERLIN}`, "a list"),
);

kindConformance(timezoneKind, {
  samples: fc.oneof(
    { weight: 6, arbitrary: granted },
    refused("UnknownTimeZone", unknown),
    refused("WrongType", fc.constant<Operation>({ type: "directory", path: LINK })),
  ),
  troubledCalls: 8,
  // A link may say the same zone by its path from the root, or from where it is.
  beyondUndo: (fingerprint) => fingerprint.replace("../usr/share", "/usr/share"),
  onReal: { runs: 8, troubledCalls: 6, tampers: 40 },
  tampers: () =>
    fc.constantFrom<Operation>(
      { type: "symlink", path: LINK, target: `${ZONES}/Etc/UTC` },
      { type: "remove", path: LINK },
      { type: "replace", path: LINK, content: "TZif2 a copy" },
      { type: "directory", path: LINK },
      write(FILE, "Etc/UTC\n"),
      { type: "remove", path: ZONES },
      { type: "remove", path: `${ZONES}/${BERLIN}` },
    ),
});

function write(path: string, content: string): Operation {
  return { type: "write", path, content };
}
