/**
 * The types of `import { blueprint } from "holdfast"`, so that a user's compiler needs no other package: the
 * declarations of the part of core that they come from, and, in place of the kinds, what authors write for each, because
 * the kinds' own types are those of a validator of 8 MB.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { createStandardCatalog } from "@holdfast/resources";
import { kindsDeclaration } from "./kinds-declaration.ts";

const SDK = "apps/holdfast/src/sdk.d.ts";
const CORE = "packages/core/src";
/** What the SDK imports, and what stands for it among the published types. */
const REPLACED: Readonly<Record<string, string>> = {
  "@holdfast/core/blueprint": "./core/blueprint.js",
  "@holdfast/resources": "./kinds.js",
};

/** Writes `sdk.d.ts` and all that it needs into `outdir`, from what the compiler emitted. */
export function writeSdkTypes({
  emitted,
  outdir,
}: {
  readonly emitted: string;
  readonly outdir: string;
}): void {
  rmSync(outdir, { recursive: true, force: true });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(outdir, path)), { recursive: true });
    writeFileSync(join(outdir, path), text);
  };
  const sdk = readFileSync(join(emitted, SDK), "utf8");
  write(
    "sdk.d.ts",
    sdk.replaceAll(/ from "([^"]+)";$/gm, (_, specifier: string) => {
      const replacement = REPLACED[specifier];
      if (replacement === undefined) throw new Error(`the SDK's types import ${specifier}`);
      return ` from "${replacement}";`;
    }),
  );
  write("kinds.d.ts", kindsDeclaration([...createStandardCatalog().values()]));
  for (const [path, text] of closureOf(join(emitted, CORE), "blueprint.d.ts")) {
    write(join("core", path), text);
  }
}

/** A declaration and all that it imports, by path. */
function closureOf(folder: string, entry: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const visit = (path: string): void => {
    if (texts.has(path)) return;
    const text = readFileSync(join(folder, path), "utf8");
    texts.set(path, text);
    for (const [, named, imported] of text.matchAll(/ from "([^"]+)";$|\bimport\("([^"]+)"\)/gm)) {
      const specifier = named ?? imported ?? "";
      if (!specifier.startsWith(".")) throw new Error(`${path} imports ${specifier}`);
      visit(normalize(join(dirname(path), specifier.replace(/(?:\.d)?\.[jt]s$/, ".d.ts"))));
    }
  };
  visit(entry);
  return texts;
}
