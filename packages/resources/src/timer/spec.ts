import type { BindReport, Thing } from "@holdfast/core";
import { bindService, type ServiceSpec } from "../service/spec.ts";
import { accountsInText, pathsInText } from "../systemd-unit/needs.ts";
import {
  absentSystemdUnit,
  bindSystemdUnit,
  type SystemdUnitInput,
  type SystemdUnitSpec,
} from "../systemd-unit/spec.ts";
import { checkUnitName } from "../unit/unit-of.ts";
import type { TimerInput } from "./fields.ts";
import { serviceText, timerText } from "./unit-texts.ts";

/** What a timer and its service should be. */
export interface TimerSpec {
  /** The full name of the timer. */
  readonly unit: string;
  readonly timer: SystemdUnitSpec;
  readonly service: SystemdUnitSpec;
  /** It runs and is enabled. */
  readonly running: ServiceSpec;
  readonly input: TimerInput;
  /** Both are verified before either is written, so that neither verifies itself. */
  readonly isVerified: boolean;
  readonly isAbsent: boolean;
}

/** Joins name and input. */
export function bindTimer(name: string, input: TimerInput, report: BindReport): TimerSpec {
  const stem = name.replace(/\.timer$/, "");
  const isUnit = checkUnitName(`${stem}.timer`, "", report) !== undefined;
  if (isUnit && stem.includes("@")) {
    report("", "a timer of a template", "write a name without @; templates are systemd-units");
  }
  checkSchedule(input, report);
  checkCommand(input, report);
  const silent: BindReport = () => {};
  const { verify, state } = input;
  const unitInput = (text: string): SystemdUnitInput =>
    state === "absent" ? { state } : { text, verify: false };
  const running = { state: "running", enabled: true, masked: false } as const;
  return {
    unit: `${stem}.timer`,
    timer: bindSystemdUnit(`${stem}.timer`, unitInput(timerText(stem, input)), silent),
    service: bindSystemdUnit(`${stem}.service`, unitInput(serviceText(stem, input)), silent),
    running: bindService(`${stem}.timer`, running, silent),
    input,
    isVerified: verify !== false,
    isAbsent: state === "absent",
  };
}

function checkSchedule(input: TimerInput, report: BindReport): void {
  const { calendar: events, every, afterBoot, persistent, state } = input;
  const isScheduled = [events, every, afterBoot].some((each) => each !== undefined);
  if (state !== "absent" && !isScheduled) {
    report("", "nothing starts it", "write calendar, every or afterBoot");
  }
  if (persistent === true && events === undefined) {
    report("persistent", "nothing can be missed", "only calendar events are made up for");
  }
}

function checkCommand({ command, state }: TimerInput, report: BindReport): void {
  if (state === "absent") return;
  const [program] = command ?? [];
  if (program === undefined) report("", "nothing to run", "write command");
  else if (!program.startsWith("/")) {
    report(
      "command",
      "not an absolute path",
      `write where ${program} is, e.g. /usr/bin/${program}`,
    );
  }
  if (command?.some((word) => word.includes("\0")) === true) {
    report("command", "a NUL in a word", "no program can be given one");
  }
}

/** Neither of the units. */
export function absentTimer(spec: TimerSpec): TimerSpec {
  const timer = absentSystemdUnit(spec.timer);
  return { ...spec, timer, service: absentSystemdUnit(spec.service), isAbsent: true };
}

/** A timer comes after its user, where that is declared. */
export function neededByTimer({ service }: TimerSpec): readonly Thing[] {
  return accountsInText(service.text);
}

/** It comes after its program too. */
export function usedByTimer({ service }: TimerSpec): readonly Thing[] {
  return pathsInText(service.text);
}
