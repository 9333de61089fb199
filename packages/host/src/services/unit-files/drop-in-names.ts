import { parseUnitName, type UnitName } from "@holdfast/core";

/**
 * The directories of drop-ins that apply to a unit, the most particular first: its own, its template's, those of each
 * prefix that ends in a hyphen, with and without the instance, and last its type's (systemd.unit(5)).
 */
export function dropInNames(unit: UnitName): readonly string[] {
  return [...namesFor(unit.name), unit.suffix].map((name) => `${name}.d`);
}

/** As systemd goes through them: the name, then its template, then the name with a shorter prefix, each likewise. */
function namesFor(name: string): ReadonlySet<string> {
  const unit = parseUnitName(name);
  if (unit === undefined) return new Set();
  const { prefix, instance, template, suffix } = unit;
  const names = new Set([name, ...(template === undefined ? [] : namesFor(template))]);
  const at = prefix.lastIndexOf("-", prefix.length - 2);
  if (at < 1) return names;
  const behind = instance === undefined || instance === "" ? "" : `@${instance}`;
  return names.union(namesFor(`${prefix.slice(0, at + 1)}${behind}.${suffix}`));
}
