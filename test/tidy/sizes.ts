import type { SourceFile } from "./repository.ts";
import { type Rule, type Violation, violation } from "./rule.ts";
import { child, children, isFunction, type SyntaxNode, text, visit } from "./syntax.ts";

const FILE_LINES = 400;
/** The index of a package is a list: its names are searched for, not read. */
const INDEX_LINES = 600;
const FILE_LINES_WITHOUT_REASON = 250;
const TEST_LINES = 600;
const FUNCTION_LINES = 60;
const NESTING = 3;
const FOLDER_FILES = 15;

/** A file can be read in one go. */
export const fileSize: Rule = {
  name: "files are short",
  check: ({ files }) =>
    files.flatMap((file) => {
      const message = judgeLength(file);
      return message === undefined ? [] : [{ path: file.path, line: 1, message }];
    }),
};

/** A function can be seen at once. */
export const functionSize: Rule = {
  name: "functions are short",
  check: ({ files }) => files.flatMap(checkFunctions),
};

/** Branches within branches are few. */
export const nesting: Rule = {
  name: "control flow nests at most three deep",
  check: ({ files }) => files.flatMap(checkNesting),
};

/** A folder's listing can be remembered. */
export const folderSize: Rule = {
  name: "folders hold at most fifteen source files",
  check: ({ files }) => {
    const counts = new Map<string, number>();
    for (const { path } of files.filter(({ isTest }) => !isTest)) {
      const folder = path.split("/").slice(0, -1).join("/");
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    return [...counts]
      .filter(([, count]) => count > FOLDER_FILES)
      .map(([folder, count]) => ({
        path: folder,
        line: 1,
        message: `${count} source files, at most ${FOLDER_FILES}: give those that belong together a folder`,
      }));
  },
};

function judgeLength(file: SourceFile): string | undefined {
  const { lineCount, isTest } = file;
  const isIndex = /^packages\/[^/]+\/src\/index\.ts$/.test(file.path);
  const most = isTest ? TEST_LINES : isIndex ? INDEX_LINES : FILE_LINES;
  if (lineCount > most)
    return `${lineCount} lines, at most ${most}: split it by what its parts are about`;
  if (isTest || lineCount <= FILE_LINES_WITHOUT_REASON || hasReason(file)) return undefined;
  return `${lineCount} lines: split it, or say why not in a head comment that begins "Long because:"`;
}

/** Whether the comments before the first statement give the reason. */
function hasReason({ comments, program }: SourceFile): boolean {
  const firstStatement = firstStart(program);
  return comments.some(
    ({ start, value }) => start < firstStatement && /Long because: \S/.test(value),
  );
}

function firstStart(program: SyntaxNode): number {
  let first = program.end;
  visit(program, (node) => {
    if (node !== program) first = Math.min(first, node.start);
  });
  return first;
}

function checkFunctions(file: SourceFile): readonly Violation[] {
  const found: Violation[] = [];
  visit(file.program, (node, parents) => {
    if (!isFunction(node) || isSuite(parents.at(-1)) || registersTests(node)) return;
    const lines = file.text.slice(node.start, node.end).split("\n").length;
    if (lines <= FUNCTION_LINES) return;
    const message = `function of ${lines} lines, at most ${FUNCTION_LINES}: keep the branching, move straight-line work out`;
    found.push(violation(file, node.start, message));
  });
  return found;
}

/** Whether a call groups tests: its callback is as long as they are. */
function isSuite(call: SyntaxNode | undefined): boolean {
  return /^(?:describe|suite)$/.test(text(child(call, "callee"), "name") ?? "");
}

/** Whether a function is a list of tests, as the laws that several implementations must keep are. */
function registersTests(node: SyntaxNode): boolean {
  return children(child(node, "body"), "body").some((statement) => {
    const callee = child(child(statement, "expression"), "callee");
    return /^(?:test|it|describe|suite)$/.test(text(callee, "name") ?? "");
  });
}

const CONTROL = /^(?:IfStatement|(?:For|ForIn|ForOf|While|DoWhile|Switch|Try)Statement)$/;

function checkNesting(file: SourceFile): readonly Violation[] {
  const found: Violation[] = [];
  visit(file.program, (node, parents) => {
    if (!CONTROL.test(node.type) || depthOf(node, parents) !== NESTING + 1) return;
    const message = `nested ${NESTING + 1} deep, at most ${NESTING}: return early, or give the inner part a name`;
    found.push(violation(file, node.start, message));
  });
  return found;
}

/** How many control statements of the same function hold a node, itself included; `else if` does not count again. */
function depthOf(node: SyntaxNode, parents: readonly SyntaxNode[]): number {
  const around = parents.slice(parents.findLastIndex(isFunction) + 1);
  const way = [...around, node];
  return way.filter((each, index) => CONTROL.test(each.type) && !isElseIf(each, way[index - 1]))
    .length;
}

function isElseIf(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  return parent?.type === "IfStatement" && child(parent, "alternate") === node;
}
