import type { ByteText } from "../machine/byte-text.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import type {
  AndOr,
  Assignment,
  Command,
  Condition,
  Loop,
  Pipeline,
  Redirection,
  Repetition,
  Script,
  ShellDialect,
  Word,
} from "./syntax.ts";
import { readTokens, type Token } from "./tokens.ts";
import { asAssignment, asRedirection, literal, reservedWord, withHome } from "./words.ts";

const MAX_DEPTH = 50;

/** Parses a whole script. @throws NotUnderstood for what is not understood, and for what is wrong. */
export function parse(source: ByteText, dialect: ShellDialect): Script {
  return parseFrom(source, { dialect, firstLine: 1, depth: 0 });
}

function parseFrom(
  source: ByteText,
  place: { readonly dialect: ShellDialect; readonly firstLine: number; readonly depth: number },
): Script {
  const { dialect, firstLine, depth } = place;
  if (depth > MAX_DEPTH) throw new NotUnderstood("a script that is nested too deep");
  const parseNested = (inner: ByteText, line: number): Script =>
    parseFrom(inner, { dialect, firstLine: firstLine - 1 + line, depth: depth + 1 });
  const parser = new Parser(readTokens(source, { dialect, firstLine, parseNested }));
  return parser.parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Script {
    const script = this.#list([]);
    const next = this.#peek();
    if (next !== undefined) this.#refuse(next);
    return script;
  }

  /** Up to one of these reserved words, which stays. */
  #list(ends: readonly string[]): Script {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new NotUnderstood("a script that is nested too deep");
    const items: AndOr[] = [];
    this.#skipNewlines();
    while (this.#peek() !== undefined && !ends.includes(this.#reserved() ?? "")) {
      items.push(this.#andOr());
      const next = this.#peek();
      if (next === undefined || ends.includes(this.#reserved() ?? "")) break;
      if (!this.#takeSeparator(";") && !this.#takeSeparator("\n")) this.#refuse(next);
      this.#skipNewlines();
    }
    this.#depth -= 1;
    return items;
  }

  #andOr(): AndOr {
    const first = this.#pipeline();
    const rest: { operator: "&&" | "||"; pipeline: Pipeline }[] = [];
    for (;;) {
      const operator = this.#takeSeparator("&&")
        ? "&&"
        : this.#takeSeparator("||")
          ? "||"
          : undefined;
      if (operator === undefined) return { first, rest };
      this.#skipNewlines();
      rest.push({ operator, pipeline: this.#pipeline() });
    }
  }

  #pipeline(): Pipeline {
    const isNegated = this.#takeReserved("!");
    if (isNegated && this.#reserved() === "!") throw new NotUnderstood("! before another !");
    const commands = [this.#command()];
    while (this.#takeSeparator("|")) {
      this.#skipNewlines();
      commands.push(this.#command());
    }
    return { isNegated, commands };
  }

  #command(): Command {
    const token = this.#peek();
    if (token === undefined) throw new NotUnderstood("a script that breaks off");
    const { line } = token;
    const compound = this.#compound();
    if (compound === undefined) return this.#simple(line);
    const redirections: Redirection[] = [];
    for (let next = this.#redirection(); next !== undefined; next = this.#redirection())
      redirections.push(next);
    return { ...compound, redirections, line };
  }

  #compound(): Condition | Repetition | Loop | { type: "group"; body: Script } | undefined {
    if (this.#takeReserved("if")) return this.#condition();
    if (this.#takeReserved("for")) return this.#repetition();
    if (this.#takeReserved("while")) return this.#loop(false);
    if (this.#takeReserved("until")) return this.#loop(true);
    if (this.#takeReserved("{")) {
      const body = this.#body(["}"]);
      this.#demandReserved("}");
      return { type: "group", body };
    }
    const word = this.#reserved();
    if (word !== undefined) throw new NotUnderstood(`${word} where a command begins`);
    return undefined;
  }

  #condition(): Condition {
    const branches: { test: Script; body: Script }[] = [];
    do {
      const test = this.#body(["then"]);
      this.#demandReserved("then");
      branches.push({ test, body: this.#body(["elif", "else", "fi"]) });
    } while (this.#takeReserved("elif"));
    const otherwise = this.#takeReserved("else") ? this.#body(["fi"]) : undefined;
    this.#demandReserved("fi");
    return { type: "if", branches, otherwise };
  }

  #repetition(): Repetition {
    const name = literal(this.#takeWord() ?? []);
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name))
      throw new NotUnderstood("for without a name");
    this.#skipNewlines();
    let words: Word[] | undefined;
    if (this.#takeReserved("in")) {
      words = [];
      for (let word = this.#takeWord(); word !== undefined; word = this.#takeWord())
        words.push(word);
      if (!this.#takeSeparator(";") && !this.#takeSeparator("\n"))
        throw new NotUnderstood("for without do");
    } else this.#takeSeparator(";");
    this.#skipNewlines();
    return { type: "for", name, words, body: this.#doBody() };
  }

  #loop(isUntil: boolean): Loop {
    const test = this.#body(["do"]);
    return { type: "while", isUntil, test, body: this.#doBody() };
  }

  #doBody(): Script {
    this.#demandReserved("do");
    const body = this.#body(["done"]);
    this.#demandReserved("done");
    return body;
  }

  #body(ends: readonly string[]): Script {
    const body = this.#list(ends);
    if (body.length === 0) throw new NotUnderstood(`nothing before ${ends.join(" or ")}`);
    return body;
  }

  #simple(line: number): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    for (;;) {
      const redirection = this.#redirection();
      if (redirection !== undefined) {
        redirections.push(redirection);
        continue;
      }
      const word = this.#takeWord();
      if (word === undefined) break;
      const assignment = words.length === 0 ? asAssignment(word) : undefined;
      if (assignment === undefined) words.push(withHome(word));
      else assignments.push(assignment);
    }
    const next = this.#peek();
    if (assignments.length + words.length + redirections.length === 0) this.#refuse(next);
    return { type: "simple", assignments, words, redirections, line };
  }

  #redirection(): Redirection | undefined {
    const token = this.#peek();
    if (token?.type !== "redirection") return undefined;
    this.#at += 1;
    const target = this.#takeWord();
    if (target === undefined) throw new NotUnderstood("a redirection to nowhere");
    return asRedirection(token, withHome(target));
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  /** The reserved word that is next, if one is. */
  #reserved(): string | undefined {
    const token = this.#peek();
    return token?.type === "word" ? reservedWord(token.word) : undefined;
  }

  #takeReserved(text: string): boolean {
    const isNext = this.#reserved() === text;
    if (isNext) this.#at += 1;
    return isNext;
  }

  #demandReserved(text: string): void {
    if (!this.#takeReserved(text)) throw new NotUnderstood(`a script without its ${text}`);
  }

  #takeWord(): Word | undefined {
    const token = this.#peek();
    if (token?.type !== "word") return undefined;
    this.#at += 1;
    return token.word;
  }

  #takeSeparator(text: string): boolean {
    const token = this.#peek();
    const isNext = token?.type === "separator" && token.text === text;
    if (isNext) this.#at += 1;
    return isNext;
  }

  #skipNewlines(): void {
    while (this.#takeSeparator("\n"));
  }

  #refuse(token: Token | undefined): never {
    const what =
      token?.type === "separator"
        ? `a misplaced ${JSON.stringify(token.text)}`
        : "a misplaced word";
    throw new NotUnderstood(token === undefined ? "a script that breaks off" : what);
  }
}
