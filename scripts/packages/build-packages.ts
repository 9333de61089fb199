import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../bundle.ts";
import { publishedDeclaration } from "./published-declaration.ts";
import { writeManifestSchema } from "./manifest-schema.ts";
import { writeSdkTypes } from "./sdk-types.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
/** Where the compiler puts everything, in the folders of the sources: `outDir` of tsconfig.build.json. */
const emitted = join(repository, ".cache/packages");
const COMMAND = "apps/holdfast";

/**
 * Builds what is published. Of a library: JavaScript and declarations, in its `dist`. Of the command: its bundle, the
 * types of the SDK and the JSON Schema of manifests.
 * @throws {Error} when the compiler finds a mistake.
 */
export async function buildPackages(): Promise<void> {
  compileAll();
  for (const name of globSync("**/*.d.ts", { cwd: emitted })) {
    const path = join(emitted, name);
    writeFileSync(path, publishedDeclaration(readFileSync(path, "utf8")));
  }
  for (const folder of libraries()) {
    const dist = join(repository, folder, "dist");
    rmSync(dist, { recursive: true, force: true });
    cpSync(join(emitted, folder, "src"), dist, { recursive: true });
    copyLicense(folder);
  }
  const dist = join(repository, COMMAND, "dist");
  await bundle(dist);
  writeSdkTypes({ emitted, outdir: join(dist, "types") });
  writeManifestSchema(dist);
  copyLicense(COMMAND);
}

function compileAll(): void {
  rmSync(emitted, { recursive: true, force: true });
  const tsc = join(repository, "node_modules/.bin/tsc");
  const { status } = spawnSync(tsc, ["-p", "tsconfig.build.json"], {
    cwd: repository,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("the packages do not compile");
}

function libraries(): readonly string[] {
  const manifests = ["packages/*/package.json", "packages/providers/*/package.json"];
  return globSync(manifests, { cwd: repository }).map((path) => dirname(path));
}

/** npm packs a licence only from the package's own folder; there is one text of it in the repository. */
function copyLicense(folder: string): void {
  copyFileSync(join(repository, "LICENSE"), join(repository, folder, "LICENSE"));
}
