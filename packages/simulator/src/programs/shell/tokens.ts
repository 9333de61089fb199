import type { ByteText } from "../machine/byte-text.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import { type ParseNested, WordReader } from "./read-word.ts";
import type { Part, ShellDialect, Word } from "./syntax.ts";

/** One token of a script. */
export type Token = { readonly line: number } & (
  | { readonly type: "word"; readonly word: Word }
  | { readonly type: "separator"; readonly text: ";" | "\n" | "&&" | "||" | "|" }
  | {
      readonly type: "redirection";
      readonly operator: "<" | ">" | ">>" | ">&" | "&>" | "&>>";
      readonly stream: number | undefined;
    }
);

/** Operators that are known, and why they are not understood. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["<<<", "a here-string"],
  ["<<-", "a here-document"],
  ["<<", "a here-document"],
  ["<>", "the redirection <>"],
  ["<&", "the redirection <&"],
  [">|", "the redirection >|"],
  ["|&", "the pipe |&"],
  [";;", "a case"],
  ["&", "a background command"],
  ["(", "a subshell"],
  [")", "a parenthesis"],
]);
const OPERATORS = /^(?:<<<|<<-|<<|<>|<&|>>|>\||>&|\|&|;;|&&|\|\||&>>|&>|[<>|;&()\n])/;

/** The tokens of a script. @throws NotUnderstood. */
export function readTokens(
  source: ByteText,
  {
    dialect,
    firstLine,
    parseNested,
  }: {
    readonly dialect: ShellDialect;
    /** Where the script begins, from 1. */
    readonly firstLine: number;
    readonly parseNested: ParseNested;
  },
): readonly Token[] {
  const reader = new WordReader(source, parseNested);
  const tokens: Token[] = [];
  for (;;) {
    const [blank = ""] = /^(?:[ \t]|\\\n)*(?:#[^\n]*)?/.exec(reader.rest) ?? [];
    reader.at += blank.length;
    if (reader.rest === "") return tokens;
    const line = firstLine - 1 + source.slice(0, reader.at).split("\n").length;
    const [operator] = OPERATORS.exec(reader.rest) ?? [];
    if (operator !== undefined) {
      reader.at += operator.length;
      tokens.push({ line, ...readOperator(operator, tokens, dialect) });
      continue;
    }
    const [stream] = /^\d+(?=[<>])/.exec(reader.rest) ?? [];
    if (stream !== undefined) {
      const [redirection = ""] = OPERATORS.exec(reader.rest.slice(stream.length)) ?? [];
      reader.at += stream.length + redirection.length;
      const token = readOperator(redirection, tokens, dialect);
      if (token.type !== "redirection") throw new NotUnderstood(`the operator ${redirection}`);
      tokens.push({ line, ...token, stream: Number(stream) });
      continue;
    }
    const word = reader.read();
    demandPlain(word);
    tokens.push({ line, type: "word", word });
  }
}

type Operator =
  | Omit<Extract<Token, { type: "separator" }>, "line">
  | Omit<Extract<Token, { type: "redirection" }>, "line">;

function readOperator(text: string, before: readonly Token[], dialect: ShellDialect): Operator {
  const known = REFUSED.get(text);
  const refusal = known !== undefined && before.some(isCase) ? "a case" : known;
  if (text === "(" && before.at(-1)?.type === "word")
    throw new NotUnderstood("a function or array");
  if (refusal !== undefined) throw new NotUnderstood(refusal);
  switch (text) {
    case ";":
    case "\n":
    case "&&":
    case "||":
    case "|":
      return { type: "separator", text };
    case "<":
    case ">":
    case ">>":
    case ">&":
      return { type: "redirection", operator: text, stream: undefined };
    case "&>":
    case "&>>":
      if (dialect === "sh")
        throw new NotUnderstood(`${text}, which sh reads as a background command`);
      return { type: "redirection", operator: text, stream: undefined };
    default:
      throw new NotUnderstood(`the operator ${text}`);
  }
}

function isCase(token: Token): boolean {
  return (
    token.type === "word" &&
    token.word.length === 1 &&
    token.word.every((part) => shapeOf(part) === "case")
  );
}

/** Refuses what shells expand further than we do: braces, and globs with brackets. */
function demandPlain(word: Word): void {
  const shape = word.map(shapeOf).join("");
  if (/\{[^{}]*(?:,|\.\.)[^{}]*\}/.test(shape)) throw new NotUnderstood("an expansion of braces");
  const isAssignment = /^[A-Za-z_]\w*=/.test(shape);
  if (/[^[]*\[[^\]]+\]/.test(shape) && !isAssignment)
    throw new NotUnderstood("a glob with brackets");
  if (/^[A-Za-z_]\w*(?:\[.*\]|\+)=/.test(shape)) throw new NotUnderstood("an array or +=");
  if (/^~[^/]/.test(shape) || /^[A-Za-z_]\w*=(?:~[^/]|.*:~)/.test(shape))
    throw new NotUnderstood("the home of another user");
}

function shapeOf(part: Part): string {
  return part.type === "text" && !part.isQuoted ? part.text : "x";
}
