import type { FaultReason } from "@holdfast/core";
import {
  type Behaviour,
  kindConformance,
  type KindSample,
  type Operation,
} from "@holdfast/testing";
import fc from "fast-check";
import { systemdUnitKind } from "./kind.ts";
import type { SystemdUnitInput } from "./spec.ts";

const UNIT = "hf-law.service";
const DIRECTORY = "/etc/systemd/system";
const FILE = `${DIRECTORY}/${UNIT}`;
const DROP_INS = `${DIRECTORY}/${UNIT}.d`;
const DROP_IN = `${DROP_INS}/limits.conf`;
const ENDLESS = "[Service]\nExecStart=/bin/sleep infinity\n";

const write = (path: string, content: string): Operation => ({ type: "write", path, content });
const unit = (verb: "start" | "stop" | "enable" | "disable"): Operation => ({
  type: "unit",
  verb,
  unit: UNIT,
});

/** Neither the unit nor a drop-in of it. */
const needs: readonly Operation[] = [
  { type: "directory", path: DIRECTORY },
  { type: "directory", path: "/run/systemd/system" },
  unit("stop"),
  unit("disable"),
  { type: "remove", path: FILE },
  { type: "remove", path: DROP_INS },
];
const enabled = `${ENDLESS}[Install]\nWantedBy=hf-law.target\n`;

const whole: fc.Arbitrary<SystemdUnitInput> = fc.constantFrom<SystemdUnitInput[]>(
  { text: ENDLESS },
  { text: enabled },
  {
    sections: {
      Unit: { Description: "of the law", After: ["a.target", "b.target"] },
      Service: { Type: "oneshot", RemainAfterExit: true, ExecStart: ["/bin/true", "/bin/true"] },
    },
  },
  { state: "absent" },
);
const wholeStarts = fc.constantFrom<readonly Operation[]>(
  [],
  [write(FILE, ENDLESS)],
  [write(FILE, enabled), unit("start"), unit("enable")],
  [write(FILE, "garbage\n")],
  [{ type: "write", path: FILE, content: ENDLESS, mode: 0o600 }],
  [{ type: "symlink", path: FILE, target: "/dev/null" }],
);

const dropIn: fc.Arbitrary<SystemdUnitInput> = fc.constantFrom<SystemdUnitInput[]>(
  { dropIn: "limits", text: "[Service]\nLimitNOFILE=4096\n" },
  { dropIn: "limits.conf", sections: { Service: { ExecStart: ["", "/bin/sleep 1000"] } } },
  { dropIn: "limits", state: "absent" },
);
const dropInStarts = fc.constantFrom<readonly Operation[]>(
  [],
  [write(FILE, ENDLESS)],
  [write(FILE, ENDLESS), unit("start")],
  [write(FILE, ENDLESS), write(DROP_IN, "[Service]\nLimitNOFILE=1\n")],
);

function sample(
  input: fc.Arbitrary<SystemdUnitInput>,
  before: fc.Arbitrary<readonly Operation[]>,
  refused?: FaultReason,
): fc.Arbitrary<KindSample<SystemdUnitInput>> {
  return fc.record({
    name: fc.constantFrom("hf-law", UNIT),
    input,
    needs: fc.constant(needs),
    before,
    isStepwise: fc.constant(true),
    ...(refused === undefined ? {} : { refused: fc.constant(refused) }),
  });
}

const granted = fc.oneof(sample(whole, wholeStarts), sample(dropIn, dropInStarts));
const bad: SystemdUnitInput = { text: "[Service]\nExecStrt=/bin/sleep infinity\n" };
const badDropIn: SystemdUnitInput = { dropIn: "limits", text: "[Service]\nLimitNoFile=4096\n" };
const refused = fc.oneof(
  sample(
    fc.constant(bad),
    fc.constantFrom<readonly Operation[]>([], [write(FILE, ENDLESS)]),
    "ValidationFailed",
  ),
  sample(fc.constant(badDropIn), fc.constant([write(FILE, ENDLESS)]), "ValidationFailed"),
  sample(
    fc.constant({ text: ENDLESS }),
    fc.constant([{ type: "directory", path: FILE }]),
    "WrongType",
  ),
);

function tampers({ input: { state, dropIn: own } }: KindSample<SystemdUnitInput>) {
  const path = own === undefined ? FILE : DROP_IN;
  if (state === "absent") return fc.constant(write(path, ENDLESS));
  return fc.constantFrom<Operation>(
    write(path, `${ENDLESS}#edited\n`),
    { type: "replace", path, content: ENDLESS.replace("infinity", "77") },
    { type: "chmod", path, mode: 0o666 },
    { type: "remove", path },
    ...(own === undefined
      ? [{ type: "symlink", path, target: "/dev/null" } as const]
      : [{ type: "remove", path: DROP_INS } as const]),
  );
}

/** Says no to settings that it does not know, as the real one does. */
const analyze: Behaviour = ({ argv }, kernel) => {
  if (argv.includes("--version")) return { exitCode: 0 };
  const [path = ""] = argv.at(-1)?.split(":") ?? [];
  const text = kernel.inspect.text(path) ?? "";
  const isFine = text.includes("ExecStart=") && !/ExecStrt|LimitNoFile|garbage/.test(text);
  return isFine ? { exitCode: 0 } : { exitCode: 1, stderr: "Unknown key" };
};

kindConformance(systemdUnitKind, {
  samples: fc.oneof({ weight: 8, arbitrary: granted }, { weight: 2, arbitrary: refused }),
  tampers,
  programs: { "systemd-analyze": analyze },
  troubledCalls: 15,
  machine: { directories: [DIRECTORY, "/run/systemd/system"], units: "hf-law" },
  onReal: { runs: 4, troubledCalls: 4, tampers: 10 },
});
