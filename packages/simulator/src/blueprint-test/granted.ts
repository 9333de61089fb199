import { type Graph, isJsonObject, type Json, type Resource, sysctlPath } from "@holdfast/core";
import { PackageModel, type SimulatedKernel } from "@holdfast/testing";
import type { Assumptions } from "./assumptions.ts";

/** The version that sources have of a package whose author names none. */
const ANY_VERSION = "1.0-1";
const UNITS = "/usr/lib/systemd/system";
/** A unit that a package would bring: it runs, and can do whatever may be asked of one. */
const UNIT = [
  "[Unit]",
  "Description=taken for granted",
  "[Service]",
  "ExecStart=/bin/sleep infinity",
  "ExecReload=/bin/true",
  "[Install]",
  "WantedBy=multi-user.target",
  "",
].join("\n");

/**
 * What a fresh machine is taken to have because somebody declares something of it: sources that offer the packages, a kernel
 * with the parameters, and units of the services, which come with packages that are only names here.
 */
export interface Granted {
  readonly packages: PackageModel;
  /** Content by path. */
  readonly files: ReadonlyMap<string, string>;
}

/** What is taken for granted of a graph; each is named in the report. */
export function grantedFor({ resources }: Graph, assumptions: Assumptions): Granted {
  const packages = new PackageModel();
  const files = new Map<string, string>();
  const made = new Set(resources.flatMap(unitsOf));
  for (const { id, kind, name, input } of resources) {
    if (fieldOf(input, "state") === "absent") continue;
    if (kind === "package") {
      packages.published.push({ name, version: versionOf(input) });
      assumptions.assume(id, `that a source offers ${name}, and what it brings`);
    }
    if (kind === "sysctl" && fieldOf(input, "live") !== false) {
      files.set(`/proc/sys/${sysctlPath(name)}`, otherThan(fieldOf(input, "value")));
      assumptions.assume(id, "that the kernel has the parameter");
    }
    const unit = name.includes(".") ? name : `${name}.service`;
    if (kind === "service" && !made.has(unit)) {
      files.set(`${UNITS}/${unit}`, UNIT);
      assumptions.assume(id, `the unit ${unit}`);
    }
  }
  packages.lists = [...packages.published];
  return { packages, files };
}

/** Puts it on the disk of a fresh machine. */
export function grantFiles({ files }: Granted, { tamper, inspect }: SimulatedKernel): void {
  const makeDirectory = (path: string): void => {
    if (path === "" || inspect.stat(path) !== undefined) return;
    makeDirectory(path.slice(0, path.lastIndexOf("/")));
    tamper.makeDirectory(path);
  };
  for (const [path, content] of files) {
    makeDirectory(path.slice(0, path.lastIndexOf("/")));
    tamper.write(path, content);
  }
}

/** Units whose files are declared themselves. */
function unitsOf({ kind, name, input }: Resource): readonly string[] {
  const stem = name.replace(/\.(?:service|timer)$/, "");
  if (kind === "timer") return [`${stem}.timer`, `${stem}.service`];
  if (kind !== "systemd-unit" || fieldOf(input, "dropIn") !== undefined) return [];
  return [name.includes(".") ? name : `${name}.service`];
}

function versionOf(input: Json): string {
  const version = fieldOf(input, "version") ?? fieldOf(input, "minVersion");
  return typeof version === "string" ? version.replace(/\*$/, "0") : ANY_VERSION;
}

function otherThan(value: Json | undefined): string {
  return value === 0 || value === "0" ? "1\n" : "0\n";
}

function fieldOf(input: Json, field: string): Json | undefined {
  return isJsonObject(input) ? input[field] : undefined;
}
