import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import { sysctlKind } from "./kind.ts";
import { dropInText, type SysctlInput } from "./spec.ts";

const KEY = "net/ipv4/tcp_rmem";
const LIVE = `/proc/sys/${KEY}`;
const DROP_IN = "/etc/sysctl.d/99-holdfast-net.ipv4.tcp_rmem.conf";
const LATER = "/etc/sysctl.d/zz-theirs.conf";

const value = fc.constantFrom("4096 131072 6291456", "4096\t87380  1", 7);
const input: fc.Arbitrary<SysctlInput> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ value }) },
  fc.record({ value, live: fc.constant(false) }),
  fc.record({ value, persisted: fc.constant(false) }),
  fc.record({ state: fc.constant("absent" as const) }),
);

/** What the kernel would show of a declared value; without one it is not declared. */
const shown = ({ value: declared = 0 }: SysctlInput) =>
  `${String(declared).trim().split(/\s+/).join("\t")}\n`;
/** A key keeps its value when it is declared absent, so that it has the declared one from the start. */
const needs = (declared: SysctlInput): readonly Operation[] => [
  { type: "directory", path: "/etc/sysctl.d" },
  { type: "remove", path: DROP_IN },
  { type: "remove", path: LATER },
  { type: "remove", path: "/etc/sysctl.conf" },
  // Earlier than ours: what it says does not count.
  write("/etc/sysctl.d/50-theirs.conf", "net.ipv4.tcp_rmem = 1\n"),
  write(LIVE, shown(declared)),
];

const start = fc.constantFrom<Operation>(
  write(LIVE, "1\t2\t3\n"),
  write(DROP_IN, dropInText(KEY, "1 2 3")),
  write(DROP_IN, dropInText(KEY, "4096 131072 6291456")),
  write(DROP_IN, "net.ipv4.tcp_rmem = 7"),
  { type: "chmod", path: DROP_IN, mode: 0o600 },
);
const granted: fc.Arbitrary<KindSample<SysctlInput>> = input.chain((declared) =>
  fc.record({
    name: fc.constantFrom("net.ipv4.tcp_rmem", KEY),
    input: fc.constant(declared),
    needs: fc.constant(needs(declared)),
    before: fc.array(start, { maxLength: 2 }),
    // First the kernel, then the file.
    isStepwise: fc.constant(true),
  }),
);
const overridden: fc.Arbitrary<KindSample<SysctlInput>> = fc.record({
  name: fc.constant(KEY),
  input: fc.constant<SysctlInput>({ value: 7 }),
  needs: fc.constant(needs({ value: 7 })),
  before: fc.tuple(
    fc.constantFrom(
      write(LATER, "net/ipv4/tcp_rmem=8\n"),
      write("/etc/sysctl.conf", "-net.ipv4.tcp_rmem = 8\n"),
    ),
  ),
  refused: fc.constant("Overridden" as const),
});

const gone: readonly Operation[] = [
  { type: "remove", path: DROP_IN },
  { type: "remove", path: "/etc/sysctl.d" },
  { type: "chmod", path: DROP_IN, mode: 0o666 },
];
const changed: readonly Operation[] = [
  write(LIVE, "8\t8\t8\n"),
  { type: "truncate", path: LIVE, sizeBytes: 0 },
  { type: "remove", path: LIVE },
];

kindConformance(sysctlKind, {
  samples: fc.oneof({ weight: 5, arbitrary: granted }, overridden),
  tampers({ input: { state, live, persisted } }) {
    const dropIn: readonly Operation[] = [
      write(DROP_IN, "net.ipv4.tcp_rmem = 1\n"),
      { type: "replace", path: DROP_IN, content: "" },
    ];
    const isPersisted = state !== "absent" && persisted !== false;
    return fc.constantFrom<Operation>(
      ...dropIn,
      ...(isPersisted ? gone : []),
      ...(state !== "absent" && live !== false ? changed : []),
    );
  },
});

function write(path: string, content: string): Operation {
  return { type: "write", path, content };
}
