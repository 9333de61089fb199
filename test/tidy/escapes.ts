import type { SourceFile } from "./repository.ts";
import { type Rule, type Violation, violation } from "./rule.ts";
import { child, text, visit } from "./syntax.ts";

/** Syntax that switches the type checker off or that Node cannot strip, and what to write instead. */
const BANNED: Readonly<Record<string, string>> = {
  TSAnyKeyword: "any: write unknown and parse it once",
  TSNonNullExpression: "!: test for undefined, or assert with a message",
  TSEnumDeclaration: "enum: write a union of strings",
  Decorator: "decorator: call a function",
  TSParameterProperty: "parameter property: declare the field",
  TSModuleDeclaration: "namespace: a file is a module",
};

const DIRECTIVE = /^\s*(?:@ts-|oxlint-disable|eslint-disable|biome-ignore)/;
/** A rule of the linter may be off for one line where a reason is given behind two hyphens. */
const EXCEPTION = /^\s*oxlint-disable-next-line \S+ -- \S+/;

/** In a test, that something does not compile is what is tested; which mistake it is must be said. */
const TYPE_TEST = /^\s*@ts-expect-error \S.{5,}/;

/** The type checker is on everywhere. */
export const noEscapes: Rule = {
  name: "nothing escapes the type checker",
  check: ({ files }) => files.flatMap((file) => [...checkSyntax(file), ...checkComments(file)]),
};

/** What is left to do has a number. */
export const numberedTodos: Rule = {
  name: "what is left to do names its issue",
  check: ({ files }) =>
    files.flatMap((file) =>
      file.comments
        .filter(({ value }) =>
          /\b(?:TODO|FIXME|XXX|HACK)\b/.test(value.replaceAll(/TODO\(#(?:\d+|n)\)/g, "")),
        )
        .map(({ start }) =>
          violation(file, start, "name the issue, as in TODO(#12), or do it now"),
        ),
    ),
};

/** A class stands alone: what it shares with another it is given. */
export const noInheritance: Rule = {
  name: "no class inherits but from Error",
  check: ({ files }) => files.flatMap(checkInheritance),
};

function checkSyntax(file: SourceFile): readonly Violation[] {
  const found: Violation[] = [];
  visit(file.program, (node) => {
    const message = Object.hasOwn(BANNED, node.type) ? BANNED[node.type] : undefined;
    if (message !== undefined) found.push(violation(file, node.start, message));
  });
  return found;
}

function checkComments(file: SourceFile): readonly Violation[] {
  return file.comments
    .filter(({ value }) => DIRECTIVE.test(value) && !EXCEPTION.test(value))
    .filter(({ value }) => !(file.isTest && TYPE_TEST.test(value)))
    .map(({ start, value }) =>
      violation(
        file,
        start,
        `${value.trim().split(/\s/)[0]}: change the code so that the rule holds`,
      ),
    );
}

function checkInheritance(file: SourceFile): readonly Violation[] {
  const found: Violation[] = [];
  visit(file.program, (node) => {
    const parent = node.type.startsWith("Class") ? child(node, "superClass") : undefined;
    if (parent === undefined || text(parent, "name") === "Error") return;
    found.push(violation(file, parent.start, "inheritance: take what it shares as a parameter"));
  });
  return found;
}
