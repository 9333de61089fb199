/** What a declaration may use beyond the language of the year, and the line that brings it. */
const ENVIRONMENTS: readonly { readonly uses: RegExp; readonly reference: string }[] = [
  {
    uses: /\b(?:Async)?Disposable\b|\bSymbol\.(?:asyncDispose|dispose)\b/,
    reference: '/// <reference lib="esnext.disposable" />',
  },
  {
    uses: /from "node:|import\("node:|\bNodeJS\.|\bBuffer\b/,
    reference: '/// <reference types="node" />',
  },
];

/**
 * Makes a declaration right for every project that reads it, also one that names no `lib` and no `types`: it says what it
 * needs of its surroundings, which the compiler leaves out because our own configuration says it, and it imports the
 * files that are published.
 */
export function publishedDeclaration(declaration: string): string {
  const code = declaration.replaceAll(/\/\*\*?[^]*?\*\//g, "");
  const needed = ENVIRONMENTS.filter(({ uses }) => uses.test(code));
  const references = needed.map(({ reference }) => `${reference}\n`).join("");
  return references + declaration.replaceAll(/(\bfrom |\bimport\()"(\.[^"]*)\.ts"/g, '$1"$2.js"');
}
