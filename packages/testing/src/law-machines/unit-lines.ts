/** What does anything of the units of a machine, as lines of its tree. A loss of power ends all of it. */
export function unitLines(units: readonly (readonly [name: string, active: string])[]): string[] {
  return units.map(([name, active]) => `${UNIT}${name} unit 0000 0:0 ${active}`);
}

/** A tree as a loss of power leaves it: without what runs. */
export function withoutUnits(tree: readonly string[]): readonly string[] {
  return tree.filter((line) => !line.startsWith(UNIT));
}

const UNIT = "unit:";
