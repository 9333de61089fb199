import type { SimulatedKernel } from "@holdfast/testing";
import type { Brought, Given } from "./given.ts";
import { DIRECTORIES, FILES } from "./usual-files.ts";

/** A unit that runs until it is stopped, as a service of a package does. */
const UNIT = `[Service]
ExecStart=/bin/sleep infinity
ExecReload=/bin/true

[Install]
WantedBy=multi-user.target
`;
const UNITS = "/usr/lib/systemd/system";
/** Accounts of the simulated programs have this number; the others follow. */
const FIRST_ID = { app: 1_000, others: 1_001 };

/** Puts on an empty disk what every machine has before anything is declared, and what is said to be there besides. */
export function makeFreshMachine(
  kernel: SimulatedKernel,
  { exists, given }: { readonly exists: readonly string[]; readonly given: Given },
): void {
  const { tamper } = kernel;
  for (const path of DIRECTORIES) makeDirectory(kernel, path);
  for (const [path, content] of Object.entries(FILES)) tamper.write(path, content);
  for (const path of ["/etc/shadow", "/etc/gshadow"]) tamper.chmod(path, 0o640);
  addAccounts(kernel, given);
  for (const path of given.files) tamper.write(path, "0\n", { mode: modeOf(path) });
  for (const unit of given.units) tamper.write(`${UNITS}/${unit}`, UNIT);
  for (const path of exists) {
    makeDirectory(
      kernel,
      path.endsWith("/") ? path.slice(0, -1) : path.slice(0, path.lastIndexOf("/")),
    );
    if (!path.endsWith("/")) tamper.write(path, "");
  }
}

/** What a package brings when it is installed. What is there already stays as it is. */
export function bring(kernel: SimulatedKernel, { directories, files, units }: Brought): void {
  for (const path of directories) makeDirectory(kernel, path);
  const missing = (path: string): boolean => kernel.inspect.stat(path) === undefined;
  for (const path of files.filter(missing)) kernel.tamper.write(path, "");
  for (const path of units.map((unit) => `${UNITS}/${unit}`).filter(missing)) {
    kernel.tamper.write(path, UNIT);
  }
}

/** Makes a directory and those above it; what is there stays as it is. */
export function makeDirectory(kernel: SimulatedKernel, path: string): void {
  if (path === "" || kernel.inspect.stat(path) !== undefined) return;
  makeDirectory(kernel, path.slice(0, path.lastIndexOf("/")));
  kernel.tamper.makeDirectory(path);
}

/** Users have a group of their name and a home. */
function addAccounts(kernel: SimulatedKernel, { users, groups }: Given): void {
  const lines = { passwd: "", group: "" };
  const names = [...new Set([...users, ...groups])].filter((name) => name !== "root");
  for (const [at, name] of names.entries()) {
    const id = name === "app" ? FIRST_ID.app : FIRST_ID.others + at;
    lines.group += `${name}:x:${id}:\n`;
    if (!users.includes(name)) continue;
    lines.passwd += `${name}:x:${id}:${id}::/home/${name}:/bin/sh\n`;
    kernel.tamper.makeDirectory(`/home/${name}`, { uid: id, gid: id });
  }
  for (const [file, text] of Object.entries(lines)) {
    const path = `/etc/${file}`;
    kernel.tamper.write(path, (kernel.inspect.text(path) ?? "") + text);
  }
}

/** Programs can be run. */
function modeOf(path: string): number {
  return /^\/(?:proc|sys)\//.test(path) ? 0o644 : 0o755;
}
