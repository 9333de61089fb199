import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import type { KernelModuleInput } from "./fields.ts";
import { kernelModuleKind } from "./kind.ts";
import { loadText, rulesText } from "./module-text.ts";

const LOAD = "/etc/modules-load.d/holdfast-snd_hda_intel.conf";
const RULES = "/etc/modprobe.d/holdfast-snd_hda_intel.conf";

const options = { model: "auto", power_save: 1 };
const input = fc.constantFrom<KernelModuleInput[]>(
  {},
  { options },
  { load: false, options },
  { blacklist: true },
  { blacklist: true, options },
  { state: "absent" },
);
const rules = (isBlacklisted: boolean): string =>
  rulesText("snd_hda_intel", { options, isBlacklisted }) ?? "";
const found = fc.constantFrom<Operation>(
  write(LOAD, loadText("snd_hda_intel")),
  write(LOAD, "snd-hda-intel"),
  write(RULES, rules(false)),
  write(RULES, rules(true)),
  write(RULES, "options snd_hda_intel\n"),
  { type: "chmod", path: RULES, mode: 0o600 },
);
const needs: readonly Operation[] = [
  { type: "directory", path: "/etc/modules-load.d" },
  { type: "directory", path: "/etc/modprobe.d" },
  { type: "remove", path: LOAD },
  { type: "remove", path: RULES },
  write("/proc/modules", "snd_hda_intel 1 0 - Live 0x0\n"),
];
const granted: fc.Arbitrary<KindSample<KernelModuleInput>> = fc.record({
  name: fc.constantFrom("snd-hda-intel", "snd_hda_intel"),
  input,
  needs: fc.constant(needs),
  before: fc.array(found, { maxLength: 3 }),
  // One file after the other.
  isStepwise: fc.constant(true),
});

kindConformance(kernelModuleKind, {
  samples: granted,
  troubledCalls: 20,
  tampers({ input: { state, load, blacklist, options: parameters } }) {
    const back: readonly Operation[] = [write(LOAD, "other\n"), write(RULES, "alias a b\n")];
    const isLoaded = state !== "absent" && (load ?? blacklist !== true);
    const hasRules = state !== "absent" && (blacklist === true || parameters !== undefined);
    return fc.constantFrom<Operation>(
      ...back,
      ...(isLoaded ? gone(LOAD) : []),
      ...(hasRules ? gone(RULES) : []),
    );
  },
});

function gone(path: string): readonly Operation[] {
  return [
    { type: "remove", path },
    { type: "truncate", path, sizeBytes: 3 },
    { type: "chmod", path, mode: 0o666 },
  ];
}

function write(path: string, content: string): Operation {
  return { type: "write", path, content };
}
