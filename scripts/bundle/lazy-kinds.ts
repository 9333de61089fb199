import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Plugin } from "esbuild";

const IMPORT = /^import \{ (?<kind>\w+Kind) \} from (?<from>"\.\/[\w-]+\/kind\.ts");$/gm;
const ENTRY = /^ {2}(?<name>[\w-]+|"[\w-]+"): (?<kind>\w+Kind),$/gm;

/**
 * Has each kind evaluated when it is asked for first. A schema is a good part of a millisecond to make, and most manifests
 * name a few of the kinds. Only the bundle can do it: a module has no way to load another at once and later.
 */
export const lazyKinds: Plugin = {
  name: "lazy-kinds",
  setup({ onLoad }) {
    onLoad({ filter: /\/standard-kinds\.ts$/ }, ({ path }) => ({
      contents: withGetters(readFileSync(path, "utf8")),
      loader: "ts",
    }));
  },
};

/** The text of `standard-kinds.ts` with a getter for each kind, and no import of it. */
export function withGetters(text: string): string {
  const modules = new Map(
    [...text.matchAll(IMPORT)].map(({ groups }) => [groups?.["kind"], groups?.["from"]]),
  );
  let count = 0;
  const entries = text.replaceAll(ENTRY, (_line, name: string, kind: string) => {
    count += 1;
    return `  get ${name}() { return require(${modules.get(kind)}).${kind}; },`;
  });
  assert.ok(count > 0 && count === modules.size, "standard-kinds.ts is not of the form known here");
  return entries.replaceAll(IMPORT, "");
}
