import type { FaultReason } from "@holdfast/core";
import { kindConformance, type KindSample, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import { serviceKind } from "./kind.ts";
import type { ServiceInput } from "./spec.ts";

const UNIT = "hf-law.service";
/** Where packages bring their units, so that a mask is beside them. */
const FILE = `/usr/local/lib/systemd/system/${UNIT}`;
const ADMIN_FILE = `/etc/systemd/system/${UNIT}`;
const LINK = "/etc/systemd/system/hf-law.target.wants/hf-law.service";
const ENDLESS = "[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/sleep infinity\n";
const INSTALL = "[Install]\nWantedBy=hf-law.target\n";

const write = (path: string, content: string): Operation => ({ type: "write", path, content });
const unit = (verb: "start" | "stop" | "enable" | "disable" | "mask" | "unmask"): Operation => ({
  type: "unit",
  verb,
  unit: UNIT,
});

/** What brings the unit, neither running nor enabled. */
const needs: readonly Operation[] = [
  { type: "directory", path: "/etc/systemd/system" },
  { type: "directory", path: "/run/systemd/system" },
  write(FILE, `${ENDLESS}${INSTALL}`),
  unit("unmask"),
  unit("disable"),
  unit("stop"),
];

const before: fc.Arbitrary<readonly Operation[]> = fc.constantFrom<readonly Operation[]>(
  [],
  [unit("start")],
  [unit("enable")],
  [unit("start"), unit("enable")],
  [unit("enable"), unit("mask")],
  [unit("start"), unit("mask")],
);
const declared: fc.Arbitrary<ServiceInput> = fc.oneof(
  fc.record(
    {
      state: fc.constantFrom("running" as const, "stopped" as const),
      enabled: fc.boolean(),
      onRefresh: fc.constantFrom("reload" as const, "restart" as const),
    },
    { requiredKeys: [] },
  ),
  fc.record({ state: fc.constant("stopped" as const), enabled: fc.constant(false) }),
);

const unmasked = (input: ServiceInput): ServiceInput => ({ ...input, masked: false });
const granted: fc.Arbitrary<KindSample<ServiceInput>> = fc.oneof(
  sample(declared.map(unmasked), before),
  sample(fc.constant<ServiceInput>({ state: "stopped", masked: true }), before),
  sample(fc.constant<ServiceInput>({ enabled: false, masked: true }), before),
  sample(fc.constant<ServiceInput>({ state: "absent" }), before),
  sample(declared, fc.constantFrom<readonly Operation[]>([], [unit("start"), unit("enable")])),
);

function sample(
  input: fc.Arbitrary<ServiceInput>,
  start: fc.Arbitrary<readonly Operation[]>,
  refused?: FaultReason,
): fc.Arbitrary<KindSample<ServiceInput>> {
  return fc.record({
    name: fc.constantFrom("hf-law", UNIT),
    input,
    needs: fc.constant(needs),
    before: start,
    isStepwise: fc.constant(true),
    ...(refused === undefined ? {} : { refused: fc.constant(refused) }),
  });
}

const running: ServiceInput = { state: "running" };
const enabled: ServiceInput = { enabled: true };
const masked: ServiceInput = { state: "stopped", masked: true };
const refused: fc.Arbitrary<KindSample<ServiceInput>> = fc.oneof(
  sample(
    fc.constantFrom(running, enabled),
    fc.constant([{ type: "remove", path: FILE }]),
    "UnitNotFound",
  ),
  sample(fc.constantFrom(running, enabled), fc.constant([unit("mask")]), "UnitMasked"),
  sample(
    fc.constant({ ...running, enabled: true }),
    fc.constant([write(FILE, ENDLESS)]),
    "UnitNotInstallable",
  ),
  sample(fc.constant(masked), fc.constant([write(ADMIN_FILE, ENDLESS)]), "UnitFileInTheWay"),
);

/** What somebody does to it that the sample has declared otherwise. */
function tampers({ input: { state, enabled: starts, masked: hides } }: KindSample<ServiceInput>) {
  const isAbsent = state === "absent";
  const operations: readonly Operation[] = [
    ...(state === "running"
      ? [unit("stop"), { type: "unit", verb: "kill", unit: UNIT } as const]
      : []),
    ...((state === "stopped" && hides !== true) || isAbsent ? [unit("start")] : []),
    ...(starts === true ? [unit("disable"), { type: "remove", path: LINK } as const] : []),
    ...((starts === false && hides !== true) || isAbsent ? [unit("enable")] : []),
    ...(hides === false ? [unit("mask")] : []),
    ...(hides === true ? [unit("unmask")] : []),
  ];
  // Where nothing is managed nothing is to be noticed.
  return operations.length === 0
    ? fc.constant<Operation>({ type: "remove", path: "/run/hf-law" })
    : fc.constantFrom(...operations);
}

kindConformance(serviceKind, {
  samples: fc.oneof({ weight: 8, arbitrary: granted }, { weight: 2, arbitrary: refused }),
  tampers,
  troubledCalls: 12,
  machine: {
    directories: ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd"],
    units: "hf-law",
  },
  onReal: { runs: 4, troubledCalls: 3, tampers: 10 },
});
