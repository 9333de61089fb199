import type { FaultReason } from "@holdfast/core";
import {
  type Behaviour,
  kindConformance,
  type KindSample,
  type Operation,
} from "@holdfast/testing";
import fc from "fast-check";
import { timerKind } from "./kind.ts";
import type { TimerInput } from "./fields.ts";

const DIRECTORY = "/etc/systemd/system";
const TIMER = `${DIRECTORY}/hf-law.timer`;
const SERVICE = `${DIRECTORY}/hf-law.service`;

const write = (path: string, content: string): Operation => ({ type: "write", path, content });
const unit = (verb: "start" | "stop" | "enable" | "disable"): Operation => ({
  type: "unit",
  verb,
  unit: "hf-law.timer",
});

/** Neither of the two. */
const needs: readonly Operation[] = [
  { type: "directory", path: DIRECTORY },
  { type: "directory", path: "/run/systemd/system" },
  unit("stop"),
  unit("disable"),
  { type: "remove", path: TIMER },
  { type: "remove", path: SERVICE },
];
const foreign: readonly Operation[] = [
  write(SERVICE, "[Service]\nType=oneshot\nExecStart=/bin/false\n"),
  write(TIMER, "[Timer]\nOnCalendar=daily\n[Install]\nWantedBy=timers.target\n"),
];
const starts = fc.constantFrom<readonly Operation[]>(
  [],
  foreign,
  [...foreign, unit("enable"), unit("start")],
  [write(SERVICE, "garbage\n")],
);
const command = fc.constantFrom<string[][]>(
  ["/bin/true"],
  ["/bin/echo", "a b", "100%", "$HOME", 'q"\\'],
);
const input: fc.Arbitrary<TimerInput> = fc.oneof(
  fc.record(
    {
      command,
      calendar: fc.constantFrom<(string | string[])[]>("daily", ["Mon *-*-* 04:00", "hourly"]),
      persistent: fc.boolean(),
      randomDelay: fc.constant("10min"),
    },
    { requiredKeys: ["command", "calendar"] },
  ),
  fc.record({ command, every: fc.constant("1h"), user: fc.constant("root") }),
  fc.constant({ state: "absent" as const }),
);

function sample(
  declared: fc.Arbitrary<TimerInput>,
  before: fc.Arbitrary<readonly Operation[]>,
  refused?: FaultReason,
): fc.Arbitrary<KindSample<TimerInput>> {
  return fc.record({
    name: fc.constantFrom("hf-law", "hf-law.timer"),
    input: declared,
    needs: fc.constant(needs),
    before,
    isStepwise: fc.constant(true),
    ...(refused === undefined ? {} : { refused: fc.constant(refused) }),
  });
}

const never: TimerInput = { command: ["/opt/hf-law/none"], every: "1h" };

function tampers({ input: { state } }: KindSample<TimerInput>): fc.Arbitrary<Operation> {
  if (state === "absent") return fc.constantFrom(write(TIMER, "[Timer]\n"), write(SERVICE, "#\n"));
  return fc.constantFrom<Operation>(
    unit("stop"),
    unit("disable"),
    write(SERVICE, "[Service]\nExecStart=/bin/false\n"),
    { type: "replace", path: TIMER, content: "[Timer]\nOnCalendar=yearly\n" },
    { type: "chmod", path: SERVICE, mode: 0o666 },
    { type: "remove", path: TIMER },
    { type: "remove", path: SERVICE },
  );
}

/** Says no to a program that is not there, as the real one does. */
const analyze: Behaviour = ({ argv }, kernel) => {
  if (argv.includes("--version")) return { exitCode: 0 };
  const [path = ""] = argv.at(-1)?.split(":") ?? [];
  return { exitCode: kernel.inspect.text(path)?.includes("/none") === true ? 1 : 0 };
};

kindConformance(timerKind, {
  samples: fc.oneof(
    { weight: 9, arbitrary: sample(input, starts) },
    sample(fc.constant(never), fc.constant([]), "ValidationFailed"),
  ),
  tampers,
  programs: { "systemd-analyze": analyze },
  troubledCalls: 12,
  machine: { directories: [DIRECTORY, "/run/systemd/system"], units: "hf-law" },
  onReal: { runs: 3, troubledCalls: 3, tampers: 6 },
});
