import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import { hostnameKind } from "./kind.ts";
import type { HostnameInput } from "./spec.ts";

const FILE = "/etc/hostname";
const HOSTS = "/etc/hosts";
const LIVE = "/proc/sys/kernel/hostname";
const OTHERS = "127.0.0.1 localhost\n# \u00fcbers\n::1\tip6-localhost\n";

const hostsLine = fc.constantFrom(true, false, ["web1.example.org", "web1"]);
const input: fc.Arbitrary<HostnameInput> = fc.oneof(
  fc.constant<HostnameInput>({}),
  fc.record({ hostsLine }),
  fc.record({ hostsLine, live: fc.boolean() }),
  fc.record({ hostname: fc.constant("web1.example.org"), hostsLine: fc.boolean() }),
);

const needs: readonly Operation[] = [
  { type: "directory", path: "/etc" },
  { type: "remove", path: FILE },
  write(HOSTS, OTHERS),
  write(LIVE, "debian\n"),
];
const start = fc.constantFrom<Operation>(
  write(FILE, "debian\n"),
  write(FILE, "web1"),
  write(FILE, "web1\n"),
  write(FILE, "web1.example.org\n"),
  write(LIVE, "web1\n"),
  write(HOSTS, `${OTHERS}127.0.1.1 debian # mine\n`),
  write(HOSTS, `127.0.1.1\tweb1\n${OTHERS}127.0.1.1 again\n`),
  write(HOSTS, "127.0.1.1 x"),
  { type: "chmod", path: FILE, mode: 0o600 },
);
const granted: fc.Arbitrary<KindSample<HostnameInput>> = fc.record({
  name: fc.constant("web1"),
  input,
  needs: fc.constant(needs),
  before: fc.array(start, { maxLength: 3 }),
  // The line in /etc/hosts, then the kernel, then the file.
  isStepwise: fc.constant(true),
});
const refused = (
  reason: "NotFound" | "WrongType",
  before: Operation,
): fc.Arbitrary<KindSample<HostnameInput>> =>
  fc.record({
    name: fc.constant("web1"),
    input: fc.constant<HostnameInput>({ hostsLine: true }),
    needs: fc.constant(needs),
    before: fc.tuple(fc.constant(before)),
    refused: fc.constant(reason),
  });

kindConformance(hostnameKind, {
  samples: fc.oneof(
    { weight: 6, arbitrary: granted },
    refused("NotFound", { type: "remove", path: HOSTS }),
    refused("WrongType", { type: "symlink", path: HOSTS, target: "/etc/theirs" }),
  ),
  troubledCalls: 8,
  onReal: { runs: 8, troubledCalls: 6, tampers: 40 },
  tampers({ input: { hostsLine: declared = false } }) {
    const hosts: readonly Operation[] = [
      write(HOSTS, OTHERS),
      write(HOSTS, `127.0.1.1 debian\n${OTHERS}`),
      { type: "replace", path: HOSTS, content: "" },
      { type: "remove", path: HOSTS },
    ];
    return fc.constantFrom<Operation>(
      write(FILE, "debian\n"),
      { type: "replace", path: FILE, content: "" },
      { type: "remove", path: FILE },
      { type: "chmod", path: FILE, mode: 0o666 },
      ...(declared === false ? [] : hosts),
    );
  },
});

function write(path: string, content: string): Operation {
  return { type: "write", path, content, encoding: "latin1" };
}
