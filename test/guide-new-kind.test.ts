import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";

const PAGES = ["docs/guide/new-kind.md", "docs/guide/tool-kinds.md"] as const;
/** The files of a kind that each page shows. */
const SHOWN = {
  "docs/guide/new-kind.md": ["spec", "observe", "diff", "apply", "watch", "kind"],
  "docs/guide/tool-kinds.md": ["observe", "apply", "kind"],
} as const;

/** A block of code on the page, and the file that the page says it is from. */
interface Quote {
  readonly path: string;
  readonly code: string;
}

for (const page of PAGES) {
  suite(page, () => {
    const quotes = quotesIn(read(page));

    test(`${page} quotes each file that it is about`, () => {
      const quoted = new Set(quotes.map(({ path }) => path.split("/").at(-1)));
      for (const part of [...SHOWN[page], "conformance.test"]) {
        assert.ok(quoted.has(`${part}.ts`), `${part}.ts is not quoted`);
      }
    });

    for (const { path, code } of quotes) {
      test(`${page}, ${path}: ${code.split("\n")[0]}`, () => {
        assert.ok(read(path).includes(`\n${code}`), `${path} does not contain:\n${code}`);
      });
    }
  });
}

/** Every block of TypeScript, with the file that the last line "From [`…`](…):" before it names. */
function quotesIn(page: string): readonly Quote[] {
  const found = [...page.matchAll(/^From \[.*\]\(\.\.\/\.\.\/(.*)\):$|^```ts\n([^]*?)^```$/gm)];
  let path: string | undefined;
  return found.flatMap(([, named, code]) => {
    path = named ?? path;
    if (code === undefined) return [];
    return [{ path: path ?? assert.fail("a block without a file"), code }];
  });
}

function read(path: string): string {
  return readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
}
