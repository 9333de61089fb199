import type { SourceFile } from "./repository.ts";
import { type Rule, type Violation, violation } from "./rule.ts";
import { child, children, isFunction, type SyntaxNode, text, visit } from "./syntax.ts";

/** A failing test is found by its title. */
export const uniqueTitles: Rule = {
  name: "test titles are unique in their package",
  check: ({ files }) => {
    const seen = new Map<string, string>();
    return files
      .filter(({ isTest }) => isTest)
      .flatMap((file) =>
        titlesOf(file).flatMap(({ title, start }) => {
          const key = `${file.package?.name ?? ""} ${title}`;
          const before = seen.get(key);
          seen.set(key, file.path);
          if (before === undefined) return [];
          return [
            violation(file, start, `"${title}" is also a title in ${before}: say what differs`),
          ];
        }),
      );
  },
};

/** Every test that is there runs. */
export const noFocus: Rule = {
  name: "no test is skipped, left to do or run alone",
  check: ({ files }) => files.filter(({ isTest }) => isTest).flatMap(checkFocus),
};

/** The test files of a package share a process, so a hook of a file as a whole would be one of all of them. */
export const hooksInSuites: Rule = {
  name: "hooks belong to a suite or a test",
  check: ({ files }) =>
    files.filter(({ isTest, package: owner }) => isTest && owner !== undefined).flatMap(checkHooks),
};

function checkHooks(file: SourceFile): readonly Violation[] {
  const found: Violation[] = [];
  visit(file.program, (node, parents) => {
    const name = calledName(node) ?? "";
    if (!/^(?:before|after|beforeEach|afterEach)$/.test(name) || parents.some(isFunction)) return;
    const message = `${name} of a whole file acts on every file of the package: put it into a suite`;
    found.push(violation(file, node.start, message));
  });
  return found;
}

interface Title {
  readonly title: string;
  readonly start: number;
}

/** The titles of a file's tests, with those of the suites around them; computed titles are not known. */
function titlesOf(file: SourceFile): readonly Title[] {
  const titles: Title[] = [];
  visit(file.program, (node, parents) => {
    if (calledName(node) === undefined || !/^(?:test|it)$/.test(calledName(node) ?? "")) return;
    const way = [...parents, node].map(titleOf).filter((title) => title !== undefined);
    if (titleOf(node) !== undefined) titles.push({ title: way.join(" › "), start: node.start });
  });
  return titles;
}

function titleOf(node: SyntaxNode): string | undefined {
  if (!/^(?:test|it|describe|suite)$/.test(calledName(node) ?? "")) return undefined;
  return text(children(node, "arguments")[0], "value");
}

function calledName(node: SyntaxNode): string | undefined {
  return node.type === "CallExpression" ? text(child(node, "callee"), "name") : undefined;
}

function checkFocus(file: SourceFile): readonly Violation[] {
  const found: Violation[] = [];
  visit(file.program, (node) => {
    if (node.type !== "CallExpression") return;
    const callee = child(node, "callee");
    const object = text(child(callee, "object"), "name") ?? "";
    const how = text(child(callee, "property"), "name") ?? "";
    if (!/^(?:test|it|describe|suite)$/.test(object) || !/^(?:skip|todo|only)$/.test(how)) return;
    found.push(violation(file, node.start, `${object}.${how}: run it, or remove it`));
  });
  return found;
}
