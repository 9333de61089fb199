import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { wordsOf } from "./kind-words.ts";
import { templatesFor } from "./templates.ts";

/** Where kinds are registered. */
const REGISTRATION = "packages/resources/src/standard-kinds.ts";

/** Makes the files of a new kind in a repository. Returns their paths; in words what is wrong, when nothing was made. */
export function createKind(repository: string, name: string): readonly string[] | string {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
    return `"${name}" is no name of a kind: write lower-case words joined by hyphens, as in git-checkout.`;
  }
  const files = templatesFor(name);
  const taken = Object.keys(files).find((path) => existsSync(join(repository, path)));
  if (taken !== undefined) return `${taken} is there already: choose another name, or remove it.`;
  const registration = join(repository, REGISTRATION);
  const registered = register(readFileSync(registration, "utf8"), name);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  }
  writeFileSync(registration, registered);
  return [...Object.keys(files), REGISTRATION];
}

/** The registration with one import and one entry more. */
function register(text: string, name: string): string {
  const { kind } = wordsOf(name);
  const importLine = `import { ${kind} } from "./${name}/kind.ts";\n`;
  const entry = /^[a-z]+$/.test(name) ? `  ${name}: ${kind},\n` : `  "${name}": ${kind},\n`;
  const imports = [...text.matchAll(/^import \{ \w+ \} from "\.\/.*\n/gm)].map(([line]) => line);
  const next = imports.find((line) => line > importLine);
  const withImport =
    next === undefined
      ? text.replace(imports.at(-1) ?? "", (last) => last + importLine)
      : text.replace(next, () => importLine + next);
  return withImport.replace("\n} as const;", () => `\n${entry}} as const;`);
}
