import { parseUnitName } from "@holdfast/core";
import { refused } from "./refused.ts";
import type { UnitDefinition } from "./unit-definition.ts";
import { baseNameOf, type UnitDisk, type UnitFile } from "./unit-disk.ts";

/** A link that was made or removed, in the form of systemd. */
export type LinkChange = readonly [type: string, path: string, target: string];

const PERSISTENT = "/etc/systemd/system";
const RUNTIME = "/run/systemd/system";

/** Where links go. */
export function linkDirectory(isRuntime: boolean): string {
  return isRuntime ? RUNTIME : PERSISTENT;
}

/** Makes the links that a unit asks for. */
export function enableUnit(disk: UnitDisk, unit: string, directory: string): readonly LinkChange[] {
  const { file, definition } = requireFile(disk, unit);
  if (file.isMask) throw refused("UnitMasked", `Unit file ${file.path} is masked.`);
  const { wantedBy, requiredBy, aliases, also } = definition.install;
  const target = file.target ?? file.path;
  const paths = [
    ...aliases.map((alias) => `${directory}/${alias}`),
    ...wantedBy.map((by) => `${directory}/${by}.wants/${unit}`),
    ...requiredBy.map((by) => `${directory}/${by}.requires/${unit}`),
  ];
  const made = paths.filter((path) => disk.link(path, target));
  const others = also.filter((other) => other !== unit);
  return [
    ...made.map((path): LinkChange => ["symlink", path, target]),
    ...others.flatMap((other) => enableUnit(disk, other, directory)),
  ];
}

/** Whether a unit asks for anything, or brings others along. */
export function isInstallable(disk: UnitDisk, unit: string): boolean {
  const { wantedBy, requiredBy, aliases, also } = requireFile(disk, unit).definition.install;
  return [wantedBy, requiredBy, aliases, also].some((links) => links.length > 0);
}

/** Removes every link that leads to a unit; a mask stays. */
export function disableUnit(
  disk: UnitDisk,
  unit: string,
  directory: string,
): readonly LinkChange[] {
  const { file } = requireFile(disk, unit);
  if (file.isMask) return [["masked", file.path, ""]];
  const own = disk.links(directory).filter(({ path, target }) => {
    if (path === file.path) return false;
    return baseNameOf(path) === unit || baseNameOf(target) === unit;
  });
  for (const { path } of own) disk.remove(path);
  return own.map(({ path }): LinkChange => ["unlink", path, ""]);
}

/** Puts a link to /dev/null where the file of a unit would be. */
export function maskUnit(disk: UnitDisk, unit: string, directory: string): readonly LinkChange[] {
  const path = `${directory}/${unit}`;
  const isMasked = disk.links(directory).some((link) => link.path === path && isNull(link.target));
  if (isMasked) return [];
  if (disk.exists(path)) throw refused("UnitExists", `File ${path} already exists.`);
  disk.link(path, "/dev/null");
  return [["symlink", path, "/dev/null"]];
}

/** Removes such a link. */
export function unmaskUnit(disk: UnitDisk, unit: string, directory: string): readonly LinkChange[] {
  const path = `${directory}/${unit}`;
  const isMasked = disk.links(directory).some((link) => link.path === path && isNull(link.target));
  if (!isMasked) return [];
  disk.remove(path);
  return [["unlink", path, ""]];
}

/** What `systemctl is-enabled` says. */
export function stateOfFile(disk: UnitDisk, unit: string): string {
  const { file, definition } = requireFile(disk, unit);
  const isRuntime = file.path.startsWith("/run/");
  if (file.isMask) return isRuntime ? "masked-runtime" : "masked";
  if (file.path.startsWith("/run/systemd/transient/")) return "transient";
  if (file.path.startsWith("/run/systemd/generator")) return "generated";
  if (file.target !== undefined && baseNameOf(file.target) !== unit) return "alias";
  if (isStarted(disk, unit, definition, PERSISTENT)) return "enabled";
  if (isStarted(disk, unit, definition, RUNTIME)) return "enabled-runtime";
  if (file.target !== undefined) return isRuntime ? "linked-runtime" : "linked";
  const links = [PERSISTENT, RUNTIME].flatMap((directory) => disk.links(directory));
  if (links.some(({ target }) => baseNameOf(target) === unit)) return "indirect";
  const { wantedBy, requiredBy, aliases, also } = definition.install;
  if ([wantedBy, requiredBy, aliases].some((list) => list.length > 0)) return "disabled";
  return also.length > 0 ? "indirect" : "static";
}

/** Whether a link in a directory starts a unit, or is one of the further names that it asks for. */
function isStarted(
  disk: UnitDisk,
  unit: string,
  { install }: UnitDefinition,
  directory: string,
): boolean {
  const isTemplate = parseUnitName(unit)?.instance === "";
  return disk.links(directory).some(({ path, target }) => {
    const name = baseNameOf(path);
    if (!/\.(?:wants|requires)\//.test(path))
      return baseNameOf(target) === unit && install.aliases.includes(name);
    return name === unit || (!isTemplate && baseNameOf(target) === unit);
  });
}

function requireFile(
  disk: UnitDisk,
  unit: string,
): { readonly file: UnitFile; readonly definition: UnitDefinition } {
  const file = disk.find(unit);
  const definition = disk.definition(unit);
  if (file === undefined || definition === undefined)
    throw refused("NoSuchUnit", `Unit file ${unit} does not exist.`);
  return { file, definition };
}

function isNull(target: string): boolean {
  return target === "/dev/null";
}
