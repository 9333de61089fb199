/** What the [Install] section of a unit file asks for, as far as it tells how the unit is enabled. */
export interface InstallSection {
  /** Links that start it, or further names for it. */
  readonly hasLinks: boolean;
  /** Other units that are enabled with it. */
  readonly hasAlso: boolean;
}

const LINKS: ReadonlySet<string> = new Set(["WantedBy", "RequiredBy", "UpheldBy", "Alias"]);

/** Reads the [Install] section of a unit file (systemd.syntax(7)): the last empty value clears what came before. */
export function readInstallSection(text: string): InstallSection {
  const values = new Map<string, boolean>();
  let isInstall = false;
  for (const line of unitFileLines(text)) {
    if (line.startsWith("[")) isInstall = line === "[Install]";
    const at = line.indexOf("=");
    if (isInstall && at > 0) values.set(line.slice(0, at).trim(), line.slice(at + 1).trim() !== "");
  }
  const hasLinks = [...LINKS].some((key) => values.get(key) === true);
  return { hasLinks, hasAlso: values.get("Also") === true };
}

/** Lines without comments, those that end in a backslash joined with the next. */
export function unitFileLines(text: string): readonly string[] {
  const lines: string[] = [];
  let begun = "";
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    // A comment within a continued line is left out, and the line goes on behind it.
    if (line.startsWith("#") || line.startsWith(";")) continue;
    if (line.endsWith("\\")) {
      begun += `${line.slice(0, -1)} `;
      continue;
    }
    const whole = (begun + line).trim();
    begun = "";
    if (whole !== "") lines.push(whole);
  }
  return begun.trim() === "" ? lines : [...lines, begun.trim()];
}
