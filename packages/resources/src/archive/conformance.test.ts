import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { FaultReason } from "@holdfast/core";
import {
  kindConformance,
  type KindSample,
  type KindSamples,
  latin1Of,
  type Operation,
  tarOf,
  type TarEntry,
} from "@holdfast/testing";
import fc from "fast-check";
import { archiveKind } from "./kind.ts";
import type { ArchiveInput } from "./spec.ts";

const PATH = "/srv/app";
const RECORD = "/srv/.app.holdfast-archive";
const SOURCE = "/srv/app.tar";
const URL = "https://example.org/app.tar.gz";
const OWN_UID = process.geteuid?.() ?? 0;

const entries: readonly TarEntry[] = [
  { name: "app-1.0/bin/run", mode: 0o755, content: "#!/bin/sh\n" },
  { name: "app-1.0/current", flag: "2", linkName: "bin" },
  { name: "app-1.0/bin/again", flag: "1", linkName: "app-1.0/bin/run" },
];
const archive = gzipSync(tarOf(entries));
const sha256 = createHash("sha256").update(archive).digest("hex");

const put = (bytes: Uint8Array): Operation => ({
  type: "write",
  path: SOURCE,
  content: latin1Of(bytes),
  encoding: "latin1",
});
const needs: readonly Operation[] = [
  { type: "directory", path: "/srv" },
  put(archive),
  { type: "remove", path: PATH },
  { type: "remove", path: RECORD },
];
const sources: fc.Arbitrary<NonNullable<ArchiveInput["source"]>> = fc.constantFrom(
  { path: SOURCE },
  { path: SOURCE, sha256 },
  { url: URL, sha256 },
);
const more: fc.Arbitrary<ArchiveInput> = fc.record(
  {
    strip: fc.constantFrom(0, 1),
    exclude: fc.constantFrom(["**/again"], ["nothing/*"]),
    mode: fc.constantFrom("0600", "0755"),
    owner: fc.constant(OWN_UID),
  },
  { requiredKeys: [] },
);
const input: fc.Arbitrary<ArchiveInput> = fc
  .tuple(sources, more)
  .map(([source, rest]) => ({ source, ...rest }));

const found: fc.Arbitrary<Operation> = fc.constantFrom<Operation>(
  { type: "directory", path: PATH },
  { type: "write", path: `${PATH}/of-somebody`, content: "stays" },
  { type: "write", path: `${PATH}/app-1.0/bin/run`, content: "other" },
  { type: "write", path: RECORD, content: "{}" },
);
const granted: fc.Arbitrary<KindSample<ArchiveInput>> = fc.record({
  name: fc.constant(PATH),
  input,
  needs: fc.constant(needs),
  before: fc.array(found, { maxLength: 2 }),
  isStepwise: fc.constant(true),
});
const once: fc.Arbitrary<KindSample<ArchiveInput>> = granted.map((sample) => ({
  ...sample,
  input: { ...sample.input, exclude: [], strip: 1, creates: `${PATH}/bin/run` },
}));
const absent: fc.Arbitrary<KindSample<ArchiveInput>> = fc.record({
  name: fc.constant(PATH),
  input: fc.constant<ArchiveInput>({ state: "absent" }),
  needs: fc.constant(needs),
  before: fc.array(found, { maxLength: 2 }),
  isStepwise: fc.constant(true),
});

const refused = (
  spec: ArchiveInput,
  before: readonly Operation[],
  reason: FaultReason,
): KindSample<ArchiveInput> => ({ name: PATH, input: spec, needs, before, refused: reason });
const fromPath: ArchiveInput = { source: { path: SOURCE } };
const hostile = (...added: readonly TarEntry[]): readonly Operation[] => [
  put(gzipSync(tarOf([...entries, ...added]))),
];
const refusals = fc.constantFrom<KindSample<ArchiveInput>>(
  refused(fromPath, [{ type: "remove", path: SOURCE }], "ContentUnavailable"),
  refused({ source: { path: SOURCE, sha256: "0".repeat(64) } }, [], "DigestMismatch"),
  refused(fromPath, [put(archive.subarray(0, 120))], "ArchiveInvalid"),
  refused(fromPath, hostile({ name: "../out" }), "ArchiveUnsafe"),
  refused(fromPath, hostile({ name: "dev", flag: "3" }), "ArchiveUnsafe"),
  refused(fromPath, [{ type: "write", path: PATH, content: "a file" }], "WrongType"),
  refused({ ...fromPath, owner: "nobody-has-this-name" }, [], "UnknownUser"),
);

function tampers({ input: declared }: KindSample<ArchiveInput>): fc.Arbitrary<Operation> {
  if (declared.state === "absent") {
    return fc.constant<Operation>({ type: "write", path: RECORD, content: "{}" });
  }
  const top = declared.strip === 1 ? PATH : `${PATH}/app-1.0`;
  if (declared.creates !== undefined) {
    return fc.constantFrom<Operation>(
      { type: "remove", path: `${top}/bin/run` },
      { type: "rename", path: PATH, to: "/srv/elsewhere" },
    );
  }
  const again = declared.exclude?.includes("**/again") === true ? "run" : "again";
  const isPinned = declared.source !== undefined && "sha256" in declared.source;
  return fc.constantFrom<Operation>(
    { type: "remove", path: PATH },
    { type: "remove", path: RECORD },
    { type: "truncate", path: RECORD, sizeBytes: 40 },
    { type: "remove", path: `${top}/bin` },
    { type: "remove", path: `${top}/current` },
    { type: "write", path: `${top}/bin/run`, content: "edited in place" },
    { type: "replace", path: `${top}/bin/${again}`, content: "replaced" },
    { type: "symlink", path: `${top}/current`, target: "/etc" },
    { type: "chmod", path: `${top}/bin/run`, mode: 0o711 },
    { type: "directory", path: `${top}/bin/run` },
    ...(isPinned ? [] : [put(archive.subarray(0, 120))]),
  );
}

const samples: KindSamples<ArchiveInput> = {
  samples: fc.oneof(
    { weight: 8, arbitrary: granted },
    { weight: 2, arbitrary: once },
    { weight: 1, arbitrary: absent },
    { weight: 4, arbitrary: refusals },
  ),
  tampers,
  downloads: { [URL]: archive },
  troubledCalls: 12,
  onReal: { runs: 6, troubledCalls: 6, tampers: 20 },
};

kindConformance(archiveKind, samples);
