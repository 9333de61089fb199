import { parseSync } from "oxc-parser";

/** A node of the syntax tree, as ESTree has it; what a rule needs of it is asked by `child`, `children` and `text`. */
export interface SyntaxNode {
  readonly type: string;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
}

/** A comment without its marks. */
export interface Comment {
  readonly type: "Line" | "Block";
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** What parsing a file gives. */
export interface Syntax {
  readonly program: SyntaxNode;
  readonly comments: readonly Comment[];
}

/** Parses TypeScript or JavaScript. A file that cannot be parsed is an error of its own, not a violation. */
export function parseSyntax(path: string, text: string): Syntax {
  const { program, comments, errors } = parseSync(path, text);
  const first = errors[0];
  if (first !== undefined) throw new Error(`${path} cannot be parsed: ${first.message}`);
  return { program: program, comments };
}

/** What a visitor answers to keep out of what lies inside a node. */
export const SKIP = Symbol("skip");

/** Visits a node and all inside it, outer before inner, with the way that led there (outermost first). */
export function visit(
  root: SyntaxNode,
  visitor: (node: SyntaxNode, parents: readonly SyntaxNode[]) => typeof SKIP | void,
): void {
  const parents: SyntaxNode[] = [];
  descend(root);

  function descend(node: SyntaxNode): void {
    if (visitor(node, parents) === SKIP) return;
    parents.push(node);
    for (const inner of innerNodes(node)) descend(inner);
    parents.pop();
  }
}

/** The node in a field; `undefined` when there is none. */
export function child(node: SyntaxNode | undefined, field: string): SyntaxNode | undefined {
  const value = fieldOf(node, field);
  return isNode(value) ? value : undefined;
}

/** The nodes in a field that holds a list. */
export function children(node: SyntaxNode | undefined, field: string): readonly SyntaxNode[] {
  const value = fieldOf(node, field);
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The string in a field; `undefined` when there is none. */
export function text(node: SyntaxNode | undefined, field: string): string | undefined {
  const value = fieldOf(node, field);
  return typeof value === "string" ? value : undefined;
}

/** Whether a field is true. */
export function flag(node: SyntaxNode | undefined, field: string): boolean {
  return fieldOf(node, field) === true;
}

/** Whether the node is a function of any form. */
export function isFunction(node: SyntaxNode): boolean {
  return /^(?:FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type);
}

function innerNodes(node: SyntaxNode): readonly SyntaxNode[] {
  return Object.values(node)
    .flatMap((value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

function fieldOf(node: SyntaxNode | undefined, field: string): unknown {
  return node === undefined ? undefined : Reflect.get(node, field);
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
