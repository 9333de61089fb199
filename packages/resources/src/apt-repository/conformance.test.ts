import { createHash } from "node:crypto";
import {
  type KindSample,
  kindConformance,
  type KindSamples,
  type Operation,
} from "@holdfast/testing";
import fc from "fast-check";
import { renderedSamples } from "../rendered-file/testing/rendered-samples.ts";
import type { AptRepositoryInput } from "./fields.ts";
import { aptRepositoryKind } from "./kind.ts";
import { sourcesText } from "./sources-text.ts";
import { ARMORED_KEY } from "./testing/armored-key.ts";

const KEYRING = "/etc/apt/keyrings/example.asc";
const sha256 = createHash("sha256").update(ARMORED_KEY).digest("hex");
const inline = { signedBy: { key: ARMORED_KEY } };
const byPath = { signedBy: { path: KEYRING } };
const byDigest = { signedBy: { path: KEYRING, sha256 } };
const suite = {
  uris: ["https://deb.example.org/debian"],
  suites: ["stable"],
  components: ["main"],
};
const flat: AptRepositoryInput = {
  types: ["deb", "deb-src"],
  uris: ["http://a.example", "file:/srv/packages"],
  suites: ["./"],
  architectures: ["amd64"],
  enabled: false,
};

const rendered = renderedSamples<AptRepositoryInput>({
  name: "example",
  path: "/etc/apt/sources.list.d/example.sources",
  present: fc.constantFrom(
    { ...suite, ...inline },
    { ...suite, ...byPath },
    { ...suite, ...byDigest },
    { ...flat, ...inline },
  ),
  absent: { state: "absent" },
  found: [
    sourcesText({ ...suite, ...inline }),
    sourcesText({ ...suite, ...byPath }),
    sourcesText({ ...flat, ...inline }),
    "Types: deb\nTrusted: yes\n",
    "",
  ],
});
const keyring: Operation = { type: "write", path: KEYRING, content: ARMORED_KEY };
const withKey = (sample: KindSample<AptRepositoryInput>): KindSample<AptRepositoryInput> => ({
  ...sample,
  needs: [...sample.needs, keyring],
});
const refused = (
  reason: "DigestMismatch" | "ContentUnavailable",
  operation: Operation,
): fc.Arbitrary<KindSample<AptRepositoryInput>> =>
  fc.record({
    name: fc.constant("example"),
    input: fc.constant<AptRepositoryInput>({ ...suite, ...byDigest }),
    needs: fc.constant([{ type: "directory" as const, path: "/etc/apt/sources.list.d" }, keyring]),
    before: fc.constant([operation]),
    refused: fc.constant(reason),
  });
const exchanged: Operation = { type: "replace", path: KEYRING, content: "another" };

const samples: KindSamples<AptRepositoryInput> = {
  samples: fc.oneof(
    { weight: 6, arbitrary: rendered.samples.map(withKey) },
    refused("DigestMismatch", exchanged),
    refused("ContentUnavailable", { type: "remove", path: KEYRING }),
  ),
  tampers(sample) {
    const { signedBy } = sample.input;
    const isDigested = signedBy !== undefined && "path" in signedBy && signedBy.sha256 === sha256;
    const ofFile = rendered.tampers(sample);
    return isDigested ? fc.oneof(ofFile, fc.constant(exchanged)) : ofFile;
  },
};

kindConformance(aptRepositoryKind, samples);
