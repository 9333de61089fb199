/** How many of each a server has. */
export interface ServerSize {
  readonly packages: number;
  readonly services: number;
  readonly users: number;
  readonly parameters: number;
}

/** The names of everything on a server that is measured. */
export interface ServerNames {
  readonly packages: readonly string[];
  readonly services: readonly string[];
  readonly users: readonly string[];
  /** Keys and values. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** What a manifest of Holdfast says of them: what is there already. */
export function serverManifest({ packages, services, users, parameters }: ServerNames): string {
  const resources = [
    ...packages.map((name) => ({ kind: "package", name, spec: { manual: false } })),
    ...services.map((name) => ({
      kind: "service",
      name,
      spec: { state: "running", enabled: true },
    })),
    ...users.map((name) => ({ kind: "user", name, spec: { shell: "/bin/sh" } })),
    ...[...parameters].map(([name, value]) => ({ kind: "sysctl", name, spec: { value } })),
  ];
  const metadata = { name: "server" };
  return JSON.stringify({ apiVersion: "holdfast/v1", kind: "Manifest", metadata, resources });
}
