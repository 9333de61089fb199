/** What login.defs(5) says of new accounts. */
export interface LoginDefaults {
  readonly uidMin: number;
  readonly uidMax: number;
  readonly gidMin: number;
  readonly gidMax: number;
  /** Of a new home directory. */
  readonly homeMode: number;
}

/** Reads login.defs(5); what it does not say is as the shadow tools have it. */
export function parseLoginDefaults(text: string): LoginDefaults {
  const values = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, name, digits] = /^\s*([A-Z_]+)\s+(\d{1,10})(?:\s|$)/.exec(line) ?? [];
    if (name === undefined || digits === undefined) continue;
    values.set(name, Number.parseInt(digits, digits.startsWith("0") ? 8 : 10));
  }
  return {
    uidMin: values.get("UID_MIN") ?? 1000,
    uidMax: values.get("UID_MAX") ?? 60_000,
    gidMin: values.get("GID_MIN") ?? 1000,
    gidMax: values.get("GID_MAX") ?? 60_000,
    homeMode: (values.get("HOME_MODE") ?? 0o777 & ~(values.get("UMASK") ?? 0o022)) & 0o7777,
  };
}
