import type { FaultReason } from "@holdfast/core";
import {
  kindConformance,
  type KindSample,
  type KindSamples,
  type Operation,
} from "@holdfast/testing";
import fc from "fast-check";
import { caCertificateKind } from "./kind.ts";
import type { CaCertificateInput } from "./spec.ts";
import { CERTIFICATES, SUBJECT_HASHES } from "./testing/certificates.ts";
import { updateCaCertificates } from "./testing/update-ca-certificates.ts";

const { one, two, three, leaf, old } = CERTIFICATES;
const LINKS = "/etc/ssl/certs";
const ANCHORS = "/usr/local/share/ca-certificates";
const BUNDLE = `${LINKS}/ca-certificates.crt`;
const ANCHOR = `${ANCHORS}/example.crt`;
const SOURCE = "/srv/example.pem";
const hashLink = (content: string): string => `${LINKS}/${SUBJECT_HASHES.get(content)}.0`;

/** A store that trusts two others: a bundle of one certificate alone would get a link of its own. */
const needs: readonly Operation[] = [
  { type: "directory", path: "/srv" },
  { type: "remove", path: LINKS },
  { type: "remove", path: ANCHORS },
  { type: "directory", path: LINKS },
  { type: "directory", path: ANCHORS },
  { type: "write", path: "/etc/ca-certificates.conf", content: "# none\n" },
  { type: "write", path: `${ANCHORS}/two.crt`, content: two },
  { type: "write", path: `${ANCHORS}/three.crt`, content: three },
  { type: "symlink", path: `${LINKS}/two.pem`, target: `../../..${ANCHORS}/two.crt` },
  { type: "symlink", path: `${LINKS}/three.pem`, target: `../../..${ANCHORS}/three.crt` },
  { type: "symlink", path: hashLink(two), target: "two.pem" },
  { type: "symlink", path: hashLink(three), target: "three.pem" },
  { type: "write", path: BUNDLE, content: three + two },
  { type: "write", path: SOURCE, content: `subject: example\n${one}` },
];
const input = fc.constantFrom<CaCertificateInput>(
  { content: one },
  { content: `a comment\r\n${one.replaceAll("\n", "\r\n")}` },
  { contentFrom: { path: SOURCE } },
  { content: leaf },
);
const found = fc.constantFrom<readonly Operation[]>(
  [],
  [{ type: "write", path: ANCHOR, content: one }],
  [{ type: "write", path: ANCHOR, content: one, mode: 0o600 }],
  [{ type: "write", path: ANCHOR, content: "no certificate\n" }],
  [{ type: "symlink", path: `${LINKS}/example.pem`, target: "/nowhere" }],
);
const granted: fc.Arbitrary<KindSample<CaCertificateInput>> = fc.record({
  name: fc.constant("example"),
  input,
  needs: fc.constant(needs),
  before: found,
  isStepwise: fc.constant(true),
});
const refused = (
  spec: CaCertificateInput,
  before: readonly Operation[],
  reason: FaultReason,
): KindSample<CaCertificateInput> => ({
  name: "example",
  input: spec,
  needs,
  before,
  refused: reason,
});
const fromPath: CaCertificateInput = { contentFrom: { path: SOURCE } };
const refusals = fc.constantFrom(
  refused({ content: old }, [], "CertificateExpired"),
  refused(fromPath, [{ type: "remove", path: SOURCE }], "ContentUnavailable"),
  refused(fromPath, [{ type: "write", path: SOURCE, content: one + two }], "ContentInvalid"),
  refused(
    fromPath,
    [{ type: "write", path: SOURCE, content: one.slice(0, 200) }],
    "ContentInvalid",
  ),
  refused({ content: one }, [{ type: "remove", path: ANCHORS }], "NotFound"),
  refused({ content: one }, [{ type: "directory", path: ANCHOR }], "WrongType"),
);

function tampers({ input: { content } }: KindSample<CaCertificateInput>): fc.Arbitrary<Operation> {
  const hash = hashLink(content === leaf ? leaf : one);
  return fc.constantFrom<Operation>(
    { type: "remove", path: ANCHOR },
    { type: "write", path: ANCHOR, content: two },
    { type: "chmod", path: ANCHOR, mode: 0o600 },
    { type: "write", path: BUNDLE, content: two },
    { type: "remove", path: BUNDLE },
    { type: "remove", path: `${LINKS}/example.pem` },
    { type: "remove", path: hash },
    { type: "replace", path: ANCHOR, content: "x" },
  );
}

const samples: KindSamples<CaCertificateInput> = {
  samples: fc.oneof({ weight: 6, arbitrary: granted }, { weight: 2, arbitrary: refusals }),
  tampers,
  programs: { "update-ca-certificates": updateCaCertificates },
  troubledCalls: 8,
  onReal: { runs: 1, troubledCalls: 3, tampers: 4 },
};

kindConformance(caCertificateKind, samples);
