/**
 * Builds what is published of every package: JavaScript and declarations under its `dist`. `npm run build:packages`
 *
 * In development nobody needs it: Node runs the sources, and the `@holdfast/source` condition of `exports` leads to them.
 */
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A package, as far as its place in the order matters. */
interface BuiltPackage {
  readonly name: string;
  readonly folder: string;
  readonly dependencies: readonly string[];
}

const root = fileURLToPath(new URL("..", import.meta.url));
const packages = globSync(
  ["packages/*/package.json", "packages/providers/*/package.json", "apps/holdfast/package.json"],
  {
    cwd: root,
  },
).map(readPackage);

for (const each of inOrder(packages)) {
  console.log(`${each.name}`);
  compile(each);
}

function readPackage(path: string): BuiltPackage {
  const json: unknown = JSON.parse(readFileSync(join(root, path), "utf8"));
  const { name, dependencies } = Object(json) as { name: string; dependencies?: object };
  return { name, folder: dirname(path), dependencies: Object.keys(dependencies ?? {}) };
}

/** Dependencies first: a package is compiled against the declarations of those it imports. */
function inOrder(all: readonly BuiltPackage[]): readonly BuiltPackage[] {
  const ordered = new Set<BuiltPackage>();
  for (const each of all) add(each);
  return [...ordered];

  function add(each: BuiltPackage): void {
    for (const other of all) if (each.dependencies.includes(other.name)) add(other);
    ordered.add(each);
  }
}

/** @throws {Error} when the compiler finds a mistake. */
function compile({ name, folder }: BuiltPackage): void {
  const dist = join(root, folder, "dist");
  // The command's own `dist` also holds its bundle, which is not of this script's making.
  const isApp = folder.startsWith("apps/");
  if (!isApp) rmSync(dist, { recursive: true, force: true });
  const config = join(root, folder, "tsconfig.build.json");
  writeFileSync(config, JSON.stringify(configOf(folder, isApp)));
  try {
    const tsc = join(root, "node_modules/.bin/tsc");
    const { status } = spawnSync(tsc, ["-p", config], { cwd: root, stdio: "inherit" });
    if (status !== 0) throw new Error(`${name} does not compile`);
  } finally {
    rmSync(config);
  }
}

function configOf(folder: string, isApp: boolean): unknown {
  return {
    extends: `${"../".repeat(folder.split("/").length)}tsconfig.json`,
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: isApp,
      rewriteRelativeImportExtensions: true,
      // Against what is published, not against the sources.
      customConditions: [],
      rootDir: "src",
      outDir: "dist",
    },
    include: [isApp ? "src/sdk.ts" : "src"],
    exclude: ["src/**/*.test.ts", "src/**/testing"],
  };
}
