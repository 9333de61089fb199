import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** A package as npm would publish it. */
export interface Tarball {
  /** Of the package. */
  readonly name: string;
  readonly path: string;
}

/**
 * Packs every package of the workspace as it was built last. `prepack` does not run: it would build all of them for each.
 * @throws {Error} when npm fails.
 */
export function packPackages(directory: string): readonly Tarball[] {
  return pack(["--workspaces"], directory);
}

/**
 * Packs packages that are installed here.
 * @throws {Error} when npm fails.
 */
export function packInstalled(names: readonly string[], directory: string): readonly Tarball[] {
  return pack(
    names.map((name) => `./node_modules/${name}`),
    directory,
  );
}

function pack(what: readonly string[], directory: string): readonly Tarball[] {
  const args = ["pack", "--ignore-scripts", "--json", `--pack-destination=${directory}`, ...what];
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd: repository, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm pack failed: ${stderr}`);
  return namesIn(JSON.parse(stdout)).map(({ name, filename }) => ({
    name,
    path: join(directory, filename),
  }));
}

/** npm lists packages, or keys them by name, as its version is. */
function namesIn(packed: unknown): readonly { name: string; filename: string }[] {
  return Object.values(Object(packed) as Record<string, { name: string; filename: string }>);
}
