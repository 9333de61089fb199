import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { packageLine } from "../../operations/package-operation.ts";

/** The files of dpkg and apt under a root, as others write them: each replaced whole. */
export interface DebianDatabase {
  /** Changes the status of an installed package, in dpkg's words: `hold ok installed`. */
  setStatus(name: string, status: string): void;
  markAutomatic(name: string): void;
  markManual(name: string): void;
  /** What it says of each package, as lines of a tree; dpkg itself is not in them. */
  lines(): readonly string[];
  /** Replaces the status by one that says the same. */
  touch(): void;
  /** Leaves a step as dpkg does when it is killed: newer than `status`. */
  addUpdate(name: string, status: string): void;
  damage(how: "missing" | "empty" | "cut" | "nonsense"): void;
}

/** The architecture that packages without one are for. */
export function nativeArchitecture(): string {
  return execFileSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).trim();
}

/** Makes a database in which nothing but dpkg itself is installed; packages of i386 may be, too. */
export function makeDebianDatabase(root: string): DebianDatabase {
  if (root === "/") requireDisposable();
  const at = (path: string): string => join(root, path);
  const native = nativeArchitecture();
  const status = at("var/lib/dpkg/status");
  const marks = at("var/lib/apt/extended_states");
  for (const path of ["var/lib/dpkg", "var/lib/apt", "var/cache/apt"]) {
    fs.rmSync(at(path), { recursive: true, force: true });
  }
  for (const path of ["dpkg/updates", "dpkg/info", "dpkg/triggers", "apt/lists/partial"]) {
    fs.mkdirSync(at(`var/lib/${path}`), { recursive: true });
  }
  fs.mkdirSync(at("var/cache/apt/archives/partial"), { recursive: true });
  fs.mkdirSync(at("var/log/apt"), { recursive: true });
  fs.mkdirSync(at("tmp"), { recursive: true });
  fs.writeFileSync(status, own(native));
  fs.writeFileSync(at("var/lib/dpkg/arch"), `${native}\ni386\n`);
  return {
    setStatus(name, text) {
      replace(status, (now) =>
        now.replace(stanzaOf(now, name), withStatus(stanzaOf(now, name), text)),
      );
    },
    markAutomatic(name) {
      const own = fieldOf(stanzaOf(fs.readFileSync(status, "utf8"), name), "Architecture");
      const architecture = own === "all" ? native : own;
      const mark = `Package: ${name}\nArchitecture: ${architecture}\nAuto-Installed: 1\n\n`;
      replace(marks, (now) => now.replace(markPattern(name), "") + mark);
    },
    markManual: (name) => replace(marks, (now) => now.replace(markPattern(name), "")),
    lines: () => linesOf(fs.readFileSync(status, "utf8"), readIfThere(marks)),
    touch: () => replace(status, (now) => now),
    addUpdate(name, text) {
      const stanza = stanzaOf(fs.readFileSync(status, "utf8"), name);
      fs.writeFileSync(at("var/lib/dpkg/updates/0000"), withStatus(stanza, text));
    },
    damage(how) {
      const now = fs.readFileSync(status, "utf8");
      if (how === "missing") fs.rmSync(status);
      if (how === "empty") fs.writeFileSync(status, "");
      if (how === "cut") fs.writeFileSync(status, now.trimEnd().slice(0, -4));
      if (how === "nonsense") fs.writeFileSync(status, "\0\0 this is no database\n");
    },
  };
}

/** The test machine's first process says that it is one: nobody's packages are thrown away by mistake. */
function requireDisposable(): void {
  const environment = fs.readFileSync("/proc/1/environ", "latin1").split("\0");
  if (!environment.includes("container=test")) throw new Error("this machine is not disposable");
}

function own(architecture: string): string {
  return [
    "Package: dpkg\nStatus: install ok installed\nPriority: required\nSection: admin\n",
    `Maintainer: Laws <laws@example.org>\nArchitecture: ${architecture}\nVersion: 1.0\n`,
    "Description: for a law\n\n",
  ].join("");
}

function stanzaOf(text: string, name: string): string {
  const stanza = text.split(/(?<=\n\n)/).find((each) => each.startsWith(`Package: ${name}\n`));
  if (stanza === undefined) throw new Error(`${name} is not in the database`);
  return stanza;
}

function fieldOf(stanza: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)$`, "m").exec(stanza)?.[1];
}

function withStatus(stanza: string, status: string): string {
  return stanza.replace(/^Status: .*$/m, `Status: ${status}`);
}

function markPattern(name: string): RegExp {
  const escaped = name.replace(/[.+]/g, (character) => `\\${character}`);
  return new RegExp(`Package: ${escaped}\\n(?:\\S.*\\n)*\\n?`);
}

function linesOf(status: string, marks: string): readonly string[] {
  const lines: string[] = [];
  for (const stanza of status.split("\n\n")) {
    const [name, architecture] = [fieldOf(stanza, "Package"), fieldOf(stanza, "Architecture")];
    const [want, , state = ""] = fieldOf(stanza, "Status")?.split(" ") ?? [];
    if (name === undefined || name === "dpkg" || state === "not-installed") continue;
    const mark = markPattern(name).exec(marks)?.[0] ?? "";
    lines.push(
      packageLine({
        name,
        architecture: architecture ?? "",
        version: fieldOf(stanza, "Version"),
        state,
        isHeld: want === "hold",
        isAutomatic: mark.includes("Auto-Installed: 1"),
      }),
    );
  }
  return lines.toSorted();
}

function readIfThere(path: string): string {
  return fs.existsSync(path) ? fs.readFileSync(path, "utf8") : "";
}

function replace(path: string, change: (text: string) => string): void {
  const now = readIfThere(path);
  const next = join(dirname(path), "law-new");
  fs.writeFileSync(next, change(now));
  fs.renameSync(next, path);
}
