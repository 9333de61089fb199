import { type SourceFile, shortName } from "./repository.ts";
import { type Rule, type Violation, violation } from "./rule.ts";
import { child, flag, type SyntaxNode, text, visit } from "./syntax.ts";

const PURE = /^(?:core|engine|ledger|resources)$/;
const GLOBALS: ReadonlySet<string> = new Set([
  "Date",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "performance",
  "fetch",
  "process",
  "crypto",
]);
const MEMBERS: ReadonlySet<string> = new Set(["Math.random", "AbortSignal.timeout"]);

/** Core, engine, ledger and resources take clock, chance and host as parameters, so that one seed replays everything. */
export const purity: Rule = {
  name: "core, engine, ledger and resources use no clock, timer, chance or network",
  check: (repository) => repository.files.filter(isPure).flatMap(checkFile),
};

function isPure(file: SourceFile): boolean {
  return !file.isTest && file.package !== undefined && PURE.test(shortName(file.package));
}

function checkFile(file: SourceFile): readonly Violation[] {
  const found: Violation[] = [];
  const own = declaredAnywhere(file.program);
  visit(file.program, (node, parents) => {
    const name = nameOfUse(node, parents.at(-1));
    if (name === undefined || own.has(name)) return;
    found.push(
      violation(
        file,
        node.start,
        `${name} is not for this package: take a Clock, Random or port as a parameter`,
      ),
    );
  });
  return found;
}

/** The forbidden thing that a node uses; `undefined` when it uses none. */
function nameOfUse(node: SyntaxNode, parent: SyntaxNode | undefined): string | undefined {
  if (node.type === "MemberExpression") {
    const name = `${text(child(node, "object"), "name")}.${text(child(node, "property"), "name")}`;
    return MEMBERS.has(name) ? name : undefined;
  }
  const name = node.type === "Identifier" ? text(node, "name") : undefined;
  if (name === undefined || !GLOBALS.has(name) || isLabel(node, parent)) return undefined;
  return name;
}

/** Whether an identifier only names a member or a key. */
function isLabel(node: SyntaxNode, parent: SyntaxNode | undefined): boolean {
  if (parent === undefined || flag(parent, "computed") || flag(parent, "shorthand")) return false;
  return child(parent, "property") === node || child(parent, "key") === node;
}

/** Names that the file declares itself, as parameters, variables, functions or imports. */
function declaredAnywhere(program: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(program, (node, parents) => {
    const parent = parents.at(-1);
    const name = text(node, "name");
    if (node.type !== "Identifier" || name === undefined || parent === undefined) return;
    const isParameter =
      Reflect.get(parent, "params") instanceof Array && child(parent, "body") !== node;
    const isDeclared = child(parent, "id") === node || child(parent, "local") === node;
    if (isDeclared || isParameter) names.add(name);
  });
  return names;
}
