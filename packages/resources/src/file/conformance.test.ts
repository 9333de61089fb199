import { createHash } from "node:crypto";
import type { FaultReason } from "@holdfast/core";
import {
  type Behaviour,
  type Operation,
  kindConformance,
  type KindSample,
  type KindSamples,
} from "@holdfast/testing";
import fc from "fast-check";
import { fileKind } from "./kind.ts";
import type { FileInput } from "./spec.ts";

const PATH = "/srv/app/conf";
const SOURCE = "/srv/source";
const TEMPLATE = "/srv/template";
const URL = "https://example.org/conf";
const BODY = "downloaded\n";
const SHA256 = createHash("sha256").update(BODY).digest("hex");
/** Whoever is not root can give nothing away. */
const OWNERS = process.geteuid?.() === 0 ? [0, 1000, 65534] : [process.geteuid?.() ?? 0];
const OWN_GROUP = process.getegid?.() ?? 0;

const needs: readonly Operation[] = [
  { type: "directory", path: "/srv/app" },
  { type: "write", path: SOURCE, content: "from a source\n" },
  {
    type: "write",
    path: TEMPLATE,
    content: "{{facts.os}}\n{{#sites}}\n- {{name}} {{& port}}\n{{/sites}}\n",
  },
  { type: "remove", path: PATH },
];

const text = fc.constantFrom("", "one\n", "one", "é\0\u{1f600}", "y".repeat(17_000));
const mode = fc.constantFrom("0644", "0600", "4755", "1640");
const content: fc.Arbitrary<FileInput> = fc.oneof(
  text.map((one) => ({ content: one })),
  fc.constantFrom<FileInput>(
    {},
    { contentFrom: { path: SOURCE } },
    { contentFrom: { url: URL, sha256: SHA256 } },
    { template: { text: "{{^a}}no{{/a}} <{{b.c}}>\n", vars: { a: false, b: { c: 1 } } } },
    { template: { text: "{{facts.hostname}} {{a}}", vars: { a: "x".repeat(17_000) } } },
    { template: { path: TEMPLATE, vars: { sites: [{ name: "one", port: 80 }] } } },
  ),
);
const attributes: fc.Arbitrary<FileInput> = fc.record(
  { mode, owner: fc.constantFrom(...OWNERS), group: fc.constant(OWN_GROUP) },
  { requiredKeys: [] },
);
const more: fc.Arbitrary<FileInput> = fc.record(
  {
    backup: fc.constantFrom<boolean | string>(true, ".old"),
    validate: fc.constant(["test", "-e", "%s"]),
    followLink: fc.boolean(),
  },
  { requiredKeys: [] },
);
const input: fc.Arbitrary<FileInput> = fc
  .tuple(content, attributes, more)
  .map((parts) => Object.assign({}, ...parts));

const other = fc.constantFrom("other\n", "", "one\n", "\u00ff\u0000");
/** Without set-uid: a change of owner alone takes that away, and gives it back in a second call. */
const otherFile: fc.Arbitrary<Operation> = fc.record({
  type: fc.constantFrom("write" as const, "replace" as const),
  path: fc.constant(PATH),
  content: other,
  encoding: fc.constant("latin1" as const),
  mode: fc.constantFrom(0o644, 0o711, 0o400),
  uid: fc.constantFrom(...OWNERS),
});
const inTheWay = fc.constantFrom<Operation>(
  { type: "directory", path: PATH },
  { type: "fifo", path: PATH },
);
/** Wrong whether it is followed or not. */
const loop: Operation = { type: "symlink", path: PATH, target: "conf" };
const link: Operation = { type: "symlink", path: PATH, target: "target" };
const target: Operation = { type: "write", path: "/srv/app/target", content: "behind a link" };

const granted: fc.Arbitrary<KindSample<FileInput>> = fc.record({
  name: fc.constant(PATH),
  input,
  needs: fc.constant(needs),
  before: fc.array(otherFile, { maxLength: 1 }),
});
const linked: fc.Arbitrary<KindSample<FileInput>> = fc.record({
  name: fc.constant(PATH),
  input: input.map((one) => ({ ...one, followLink: true })),
  needs: fc.constant(needs),
  before: fc.constant([target, link]),
});
const absent: fc.Arbitrary<KindSample<FileInput>> = fc.record({
  name: fc.constant(PATH),
  input: fc.constant<FileInput>({ state: "absent" }),
  needs: fc.constant(needs),
  before: fc.array(fc.oneof(otherFile, fc.constant(link)), { maxLength: 1 }),
});
const refused = (
  spec: fc.Arbitrary<FileInput>,
  before: fc.Arbitrary<readonly Operation[]>,
  reason: FaultReason,
): fc.Arbitrary<KindSample<FileInput>> =>
  fc.record({
    name: fc.constant(PATH),
    input: spec,
    needs: fc.constant(needs),
    before,
    refused: fc.constant(reason),
  });
const ways = fc.oneof(inTheWay, fc.constant(link)).map((operation) => [operation]);

/** What only the file's own owner, mode and content can tell. */
function tampers({ input: declared }: KindSample<FileInput>): fc.Arbitrary<Operation> {
  const { mode: wanted, owner } = declared;
  const isMade = declared.state !== "absent";
  const { content: whole, contentFrom, template } = declared;
  const hasContent = [whole, contentFrom, template].some((source) => source !== undefined);
  const gone: readonly Operation[] = [
    { type: "remove", path: PATH },
    { type: "remove", path: "/srv/app" },
    { type: "rename", path: "/srv/app", to: "/srv/elsewhere" },
    { type: "rename", path: PATH, to: "/srv/app/elsewhere" },
  ];
  const edits: readonly Operation[] = [
    { type: "write", path: PATH, content: "edited in place" },
    { type: "replace", path: PATH, content: "replaced by rename" },
    { type: "truncate", path: PATH, sizeBytes: 3 },
  ];
  const always: readonly Operation[] = [loop, { type: "fifo", path: PATH }];
  return fc.constantFrom<Operation>(
    ...always,
    { type: "directory", path: PATH },
    ...(isMade ? gone : [{ type: "write", path: PATH, content: "back again" } as const]),
    ...(isMade && hasContent ? edits : []),
    ...(template?.path === undefined
      ? []
      : [{ type: "replace", path: TEMPLATE, content: "another {{facts.os}}" } as const]),
    ...(wanted === undefined ? [] : [{ type: "chmod", path: PATH, mode: 0o777 } as const]),
    ...(owner === undefined || OWNERS.length < 2
      ? []
      : [{ type: "chown", path: PATH, uid: 4321, gid: OWN_GROUP } as const]),
  );
}

const test: Behaviour = ({ argv }, kernel) => ({
  exitCode: kernel.inspect.stat(argv[2] ?? "") === undefined ? 1 : 0,
});

const samples: KindSamples<FileInput> = {
  samples: fc.oneof(
    { weight: 8, arbitrary: granted },
    { weight: 2, arbitrary: linked },
    { weight: 1, arbitrary: absent },
    refused(
      content,
      inTheWay.map((operation) => [operation]),
      "WrongType",
    ),
    refused(
      fc.constant({ state: "absent" }),
      inTheWay.map((operation) => [operation]),
      "WrongType",
    ),
    refused(
      text.map((one) => ({ content: one })),
      ways,
      "WrongType",
    ),
    refused(
      fc.constant({ contentFrom: { path: SOURCE } }),
      fc.constant([{ type: "remove", path: SOURCE }]),
      "ContentUnavailable",
    ),
    refused(
      fc.constant({ template: { path: TEMPLATE } }),
      fc.constantFrom<readonly Operation[]>([{ type: "remove", path: TEMPLATE }]),
      "ContentUnavailable",
    ),
    refused(
      fc.constant({ template: { path: TEMPLATE, vars: { sides: [] } } }),
      fc.array(otherFile, { maxLength: 1 }),
      "TemplateInvalid",
    ),
    refused(
      fc.constant({ contentFrom: { url: URL, sha256: "0".repeat(64) } }),
      fc.array(otherFile, { maxLength: 1 }),
      "DigestMismatch",
    ),
    refused(
      text.map((one) => ({ content: one, validate: ["test", "-e", "/missing/%s"] })),
      fc.constant([]),
      "ValidationFailed",
    ),
    refused(
      text.map((one) => ({ content: one, owner: "nobody-has-this-name" })),
      fc.constant([]),
      "UnknownUser",
    ),
    refused(content, fc.constant([{ type: "remove", path: "/srv/app" }]), "NotFound"),
  ),
  tampers,
  programs: { test },
  downloads: { [URL]: BODY },
};

kindConformance(fileKind, samples);
