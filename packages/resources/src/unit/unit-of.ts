import { type BindReport, parseUnitName, type UnitName } from "@holdfast/core";

const SUFFIX = /\.(?:service|socket|target|timer|mount|automount|swap|path|slice|scope|device)$/;

/** The full name of a unit: without a suffix it is that of a service. */
export function unitOf(name: string): string {
  return SUFFIX.test(name) ? name : `${name}.service`;
}

/** Takes the full name of a unit apart, and reports one that systemd would not take. */
export function checkUnitName(
  unit: string,
  path: string,
  report: BindReport,
): UnitName | undefined {
  const parsed = parseUnitName(unit);
  if (parsed === undefined) {
    const detail = `systemd takes ${JSON.stringify(unit)} for no name: write it like nginx or backup@db.timer`;
    report(path, "not the name of a unit", detail);
  }
  return parsed;
}
