import { packageOf, resolveRelative } from "./imports.ts";
import type { Repository, SourceFile } from "./repository.ts";
import { type Rule, type Violation, violation } from "./rule.ts";

/** No file imports itself by way of others; imports of types count. */
export const cycles: Rule = {
  name: "no import cycles, types included",
  check: (repository) => {
    const targets = new Map(
      repository.files.map((file) => [file.path, new Set(targetsOf(file, repository))]),
    );
    return findCycles(targets).map((cycle) => ({
      path: cycle[0] ?? "",
      line: 1,
      message: `import cycle: ${[...cycle, cycle[0]].join(" → ")}; move what both need into a file of its own`,
    }));
  },
};

/** Two folders beside each other do not import each other. */
export const mutualFolders: Rule = {
  name: "no two folders import each other",
  check: (repository) => {
    const first = new Map<string, Violation>();
    const mutual = new Map<string, Violation>();
    for (const file of repository.files.filter(({ isTest }) => !isTest)) {
      for (const { specifier, start } of file.imports.filter((each) =>
        isRelative(each.specifier),
      )) {
        const pair = siblings(file.path, resolveRelative(file.path, specifier));
        if (pair === undefined) continue;
        const [from, to] = pair;
        const message = `${from} imports ${to} and ${to} imports ${from}: move what both need above or below them`;
        const found = violation(file, start, message);
        first.set(`${from} ${to}`, first.get(`${from} ${to}`) ?? found);
        const key = [from, to].sort().join(" ");
        if (first.has(`${to} ${from}`)) mutual.set(key, mutual.get(key) ?? found);
      }
    }
    return [...mutual.values()];
  },
};

function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}

function targetsOf(file: SourceFile, repository: Repository): readonly string[] {
  return file.imports.flatMap(({ specifier }) => {
    if (isRelative(specifier)) return [resolveRelative(file.path, specifier)];
    const target = repository.packages.find(({ name }) => name === packageOf(specifier));
    if (target === undefined) return [];
    const entry = specifier.slice(target.name.length + 1);
    return [`${target.folder}/src/${entry === "" ? "index" : entry}.ts`];
  });
}

/** One cycle of every knot, by a depth-first walk that remembers the way it came. */
function findCycles(
  targets: ReadonlyMap<string, ReadonlySet<string>>,
): readonly (readonly string[])[] {
  const found: (readonly string[])[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  for (const path of targets.keys()) walk(path);
  return found;

  function walk(path: string): void {
    const at = way.indexOf(path);
    if (at >= 0) found.push(way.slice(at));
    if (at >= 0 || done.has(path)) return;
    way.push(path);
    for (const target of targets.get(path) ?? []) walk(target);
    way.pop();
    done.add(path);
  }
}

/** The two folders of one parent that an import crosses; `undefined` when it does not cross such. */
function siblings(from: string, to: string): readonly [string, string] | undefined {
  const one = from.split("/").slice(0, -1);
  const other = to.split("/").slice(0, -1);
  const differs = one.findIndex((part, index) => part !== other[index]);
  if (differs < 0 || differs >= other.length) return undefined;
  return [one.slice(0, differs + 1).join("/"), other.slice(0, differs + 1).join("/")];
}
