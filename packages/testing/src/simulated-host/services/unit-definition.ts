import { unitFileLines } from "@holdfast/host";

/** What a simulated systemd understands of a unit file. */
export interface UnitDefinition {
  readonly description: string | undefined;
  readonly type: "simple" | "exec" | "notify" | "oneshot";
  /** Its main process; `undefined` for a unit that runs none. */
  readonly argv: readonly string[] | undefined;
  readonly canReload: boolean;
  readonly restart: "no" | "always" | "on-failure";
  readonly restartMs: number;
  readonly remainsAfterExit: boolean;
  /** A path without which it is not started. */
  readonly condition: string | undefined;
  /** Both streams of a transient unit go there; `undefined`: to the journal. */
  readonly outputPath: string | undefined;
  /** False for a file that has a line which is none. */
  readonly isValid: boolean;
  readonly install: InstallLinks;
}

/** What the [Install] section asks for. */
export interface InstallLinks {
  readonly wantedBy: readonly string[];
  readonly requiredBy: readonly string[];
  readonly aliases: readonly string[];
  readonly also: readonly string[];
}

const TYPES = ["simple", "exec", "notify", "oneshot"] as const;
const RESTARTS = ["no", "always", "on-failure"] as const;

/** Reads the unit file of an instance; `%i` stands for the instance. */
export function readDefinition(text: string, instance = ""): UnitDefinition {
  const lines = unitFileLines(text.replaceAll("%i", instance));
  const values = valuesOf(lines);
  const last = (key: string): string | undefined => values.get(key)?.at(-1);
  const words = (key: string): readonly string[] =>
    (values.get(key) ?? []).flatMap((value) => value.split(/\s+/));
  const start = last("ExecStart");
  const known = <T extends string>(list: readonly T[], key: string, otherwise: T): T =>
    list.find((word) => word === last(key)) ?? otherwise;
  return {
    description: last("Description"),
    type: known(TYPES, "Type", "simple"),
    argv: start === undefined ? undefined : splitCommand(start),
    canReload: values.has("ExecReload"),
    restart: known(RESTARTS, "Restart", "no"),
    restartMs: readSpan(last("RestartSec") ?? "100ms"),
    remainsAfterExit: last("RemainAfterExit") === "yes",
    condition: last("ConditionPathExists"),
    outputPath: undefined,
    isValid: lines.every((line) => /^\[.+\]$/.test(line) || line.includes("=")),
    install: {
      wantedBy: words("WantedBy"),
      requiredBy: words("RequiredBy"),
      aliases: words("Alias"),
      also: words("Also"),
    },
  };
}

/** Every assignment in the order of the file; an empty one clears those before it. */
function valuesOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const line of lines) {
    const at = line.indexOf("=");
    if (at < 1) continue;
    const key = line.slice(0, at).trim();
    const value = line.slice(at + 1).trim();
    values.set(key, value === "" ? [] : [...(values.get(key) ?? []), value]);
  }
  return values;
}

/** `1`, `1s`, `200ms`. */
function readSpan(text: string): number {
  const amount = Number.parseFloat(text);
  return text.endsWith("ms") ? amount : amount * 1_000;
}

/** Words at spaces; what stands in single or double quotes is one. */
function splitCommand(text: string): readonly string[] {
  const words = text.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  return words.map((word) => word.replace(/^(['"])(.*)\1$/s, "$2"));
}
