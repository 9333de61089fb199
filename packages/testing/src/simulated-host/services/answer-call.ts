import { isTemplate, parseUnitName } from "@holdfast/core";
import { type BusCall, DEFAULT_SEARCH_PATH, unitOfPath, unitPath } from "@holdfast/host";
import { refused } from "./refused.ts";
import type { JobVerb, SimulatedSystemd } from "./simulated-systemd.ts";
import type { SimulatedUnit } from "./simulated-unit.ts";
import { transientDefinition } from "./transient-definition.ts";
import {
  disableUnit,
  enableUnit,
  isInstallable,
  type LinkChange,
  linkDirectory,
  maskUnit,
  stateOfFile,
  unmaskUnit,
} from "./unit-links.ts";

/** The values that a call is answered with. */
type Answer = readonly unknown[] | Promise<readonly unknown[]>;

/** Answers one call as systemd does. @throws {CallRefused} */
export function answerCall(
  systemd: SimulatedSystemd,
  { path, member, body = [] }: BusCall,
): Answer {
  const answer = ANSWERS[member];
  if (answer === undefined) throw refused("UnknownMethod", `Unknown method ${member}.`);
  return answer(systemd, body, path);
}

const ANSWERS: Readonly<
  Record<string, (systemd: SimulatedSystemd, body: readonly unknown[], path: string) => Answer>
> = {
  ListUnitsByNames: (systemd, [names]) => [namesOf(names).filter(isName).map(rowOf(systemd))],
  GetUnitFileState: ({ disk }, [name]) => [stateOfFile(disk, String(name))],
  StartUnit: job("start"),
  StopUnit: job("stop"),
  RestartUnit: job("restart"),
  ReloadUnit: job("reload"),
  ReloadOrRestartUnit(systemd, [name]) {
    const unit = systemd.unit(String(name));
    const reloads = unit?.definition.canReload === true && unit.active === "active";
    return [systemd.begin(reloads ? "reload" : "restart", String(name)).path];
  },
  EnableUnitFiles(systemd, [names, isRuntime]) {
    const units = namesOf(names);
    const installable = units.every((unit) => isInstallable(systemd.disk, unit));
    return [installable, changeAll(systemd, enableUnit, units, isRuntime)];
  },
  DisableUnitFiles: (systemd, [names, isRuntime]) => [
    changeAll(systemd, disableUnit, namesOf(names), isRuntime),
  ],
  MaskUnitFiles: (systemd, [names, isRuntime]) => [
    changeAll(systemd, maskUnit, namesOf(names), isRuntime),
  ],
  UnmaskUnitFiles: (systemd, [names, isRuntime]) => [
    changeAll(systemd, unmaskUnit, namesOf(names), isRuntime),
  ],
  async Reload(systemd) {
    await systemd.reload();
    return [];
  },
  StartTransientUnit(systemd, [name, , properties]) {
    const pairs = namesOf(properties, (pair) => pair);
    const values = new Map(pairs.map((pair) => pairOf(pair)));
    return [systemd.beginTransient(String(name), transientDefinition(values)).path];
  },
  ResetFailedUnit(systemd, [name]) {
    systemd.resetFailed(String(name));
    return [];
  },
  Get: () => [DEFAULT_SEARCH_PATH],
  GetAll(systemd, _body, path) {
    const unit = systemd.unit(unitOfPath(path) ?? "");
    if (unit === undefined) throw refused("NoSuchUnit", `Unit ${path} not loaded.`);
    return [propertiesOf(systemd, unit)];
  },
};

function job(verb: JobVerb) {
  return (systemd: SimulatedSystemd, [name]: readonly unknown[]): Answer => [
    systemd.begin(verb, String(name)).path,
  ];
}

function namesOf(names: unknown): readonly string[];
function namesOf<T>(names: unknown, read: (value: unknown) => T): readonly T[];
function namesOf(names: unknown, read: (value: unknown) => unknown = String): readonly unknown[] {
  return Array.isArray(names) ? names.map(read) : [];
}

/** `[name, [signature, value]]`. */
function pairOf(pair: unknown): readonly [string, unknown] {
  const [name, variant] = namesOf(pair, (value) => value);
  return [String(name), namesOf(variant, (value) => value)[1]];
}

/** What has another form is left out, and a template fails all. */
function isName(name: string): boolean {
  const parsed = parseUnitName(name);
  if (parsed !== undefined && isTemplate(parsed))
    throw refused("InvalidArgs", `Unit name ${name} is missing the instance name.`);
  return parsed !== undefined;
}

function rowOf(systemd: SimulatedSystemd): (name: string) => readonly unknown[] {
  return (name) => {
    const unit = systemd.unit(name);
    const own = unit?.name ?? name;
    const current = systemd.jobOf(own);
    return [
      own,
      unit?.definition.description ?? own,
      loadOf(unit),
      unit?.active ?? "inactive",
      unit?.sub ?? "dead",
      "",
      unitPath(own),
      current?.id ?? 0,
      current?.verb ?? "",
      current?.path ?? "/",
    ];
  };
}

function loadOf(unit: SimulatedUnit | undefined): string {
  if (unit === undefined || unit.loaded.path === "") return "not-found";
  if (unit.loaded.isMask) return "masked";
  return unit.definition.isValid ? "loaded" : "bad-setting";
}

function propertiesOf(systemd: SimulatedSystemd, unit: SimulatedUnit): object {
  const { exit } = unit;
  return {
    Id: unit.name,
    Type: unit.definition.type,
    ActiveState: unit.active,
    SubState: unit.sub,
    LoadState: loadOf(unit),
    FragmentPath: unit.loaded.path,
    NeedDaemonReload: systemd.needsReload(unit),
    ActiveEnterTimestamp: BigInt(unit.activeSinceMs) * 1_000n,
    ConditionTimestamp: BigInt(unit.triedAtMs) * 1_000n,
    DropInPaths: [...unit.loaded.dropIns],
    MainPID: unit.mainPid,
    NRestarts: unit.restarts,
    Result: exit?.result ?? "success",
    ExecMainCode: exit?.code ?? 0,
    ExecMainStatus: exit?.status ?? 0,
  };
}

/** Does it to each unit, and says that files changed when one did. */
function changeAll(
  systemd: SimulatedSystemd,
  change: (
    disk: SimulatedSystemd["disk"],
    unit: string,
    directory: string,
  ) => readonly LinkChange[],
  units: readonly string[],
  isRuntime: unknown,
): readonly LinkChange[] {
  const directory = linkDirectory(isRuntime === true);
  const changes = units.flatMap((unit) => change(systemd.disk, unit, directory));
  if (changes.some(([type]) => type !== "masked"))
    systemd.send({ path: "/org/freedesktop/systemd1", member: "UnitFilesChanged", body: [] });
  return changes;
}
