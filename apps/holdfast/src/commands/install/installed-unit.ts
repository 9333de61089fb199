import { lstat, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { requireInside } from "@holdfast/agent";
import { Fault, type Hash } from "@holdfast/core";
import { isOurs, UNIT_NAME, UNIT_PATH } from "./service-unit.ts";

/**
 * Refuses a unit that `holdfast install` did not make, or that was changed since.
 * @throws {Fault} UnitChanged; PathUnsafe, when a link leads out of the root.
 */
export async function refuseForeignUnit(root: string, hash: Hash): Promise<void> {
  const path = join(root, UNIT_PATH);
  await requireInside(root, dirname(path));
  const entry = await lstat(path).catch(absentOnly);
  if (entry === undefined) return;
  if (entry.isSymbolicLink()) throw linked(path);
  if (!entry.isFile() || !isOurs(await readFile(path, "utf8"), hash)) throw changed(path);
}

/** The drop-ins of the service, which are their author's. */
export async function dropInsUnder(root: string): Promise<readonly string[]> {
  const directory = `${UNIT_PATH}.d`;
  const names = (await readdir(join(root, directory)).catch(absentOnly)) ?? [];
  return names.toSorted().map((name) => join(directory, name));
}

function absentOnly(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
}

function linked(path: string): Fault {
  return new Fault({
    reason: "UnitChanged",
    message: `${path} is a link: the unit is masked, or somebody put another one there`,
    resolution: `Run systemctl unmask ${UNIT_NAME} if it is masked, else remove the link; then try again.`,
  });
}

function changed(path: string): Fault {
  return new Fault({
    reason: "UnitChanged",
    message: `${path} is not as holdfast install made it: it was changed by hand, or is somebody else's`,
    resolution: `Put what you want to keep into a drop-in (systemctl edit ${UNIT_NAME}), remove ${path}, and try again.`,
  });
}
