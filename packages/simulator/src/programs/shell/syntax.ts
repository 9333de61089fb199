import type { ByteText } from "../machine/byte-text.ts";

/** Commands one after another. */
export type Script = readonly AndOr[];

/** Pipelines joined by `&&` and `||`. */
export interface AndOr {
  readonly first: Pipeline;
  readonly rest: readonly { readonly operator: "&&" | "||"; readonly pipeline: Pipeline }[];
}

/** Commands joined by `|`. */
export interface Pipeline {
  readonly isNegated: boolean;
  readonly commands: readonly Command[];
}

/** One command with its redirections. */
export type Command = (SimpleCommand | Condition | Repetition | Loop | Group) & {
  readonly redirections: readonly Redirection[];
  /** Where it begins, from 1. */
  readonly line: number;
};

/** Assignments and words. */
export interface SimpleCommand {
  readonly type: "simple";
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
}

/** `name=value`. */
export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

/** `if … then … elif … then … else … fi`. */
export interface Condition {
  readonly type: "if";
  readonly branches: readonly { readonly test: Script; readonly body: Script }[];
  readonly otherwise: Script | undefined;
}

/** `for name in words; do … done`. */
export interface Repetition {
  readonly type: "for";
  readonly name: string;
  /** `undefined` for the positional parameters. */
  readonly words: readonly Word[] | undefined;
  readonly body: Script;
}

/** `while … do … done`, and `until`. */
export interface Loop {
  readonly type: "while";
  readonly isUntil: boolean;
  readonly test: Script;
  readonly body: Script;
}

/** `{ …; }`. */
export interface Group {
  readonly type: "group";
  readonly body: Script;
}

/** A redirection of stdin, stdout or stderr. */
export type Redirection =
  | { readonly type: "read"; readonly from: Word }
  | {
      readonly type: "write";
      /** 1 and 2. */
      readonly streams: readonly (1 | 2)[];
      readonly to: Word;
      readonly isAppending: boolean;
    }
  | { readonly type: "same"; readonly stream: 1 | 2; readonly as: 1 | 2 };

/** What becomes one argument, or several, or none. */
export type Word = readonly Part[];

/** A piece of a word; what is quoted is neither split nor a glob. */
export type Part = { readonly isQuoted: boolean } & (
  | { readonly type: "text"; readonly text: ByteText }
  | { readonly type: "home" }
  | {
      readonly type: "parameter";
      readonly name: string;
      /** `:-`, `-`, `:+` or `+` and the word behind it. */
      readonly fallback: { readonly operator: string; readonly word: Word } | undefined;
    }
  | { readonly type: "substitution"; readonly script: Script }
  | { readonly type: "sum"; readonly terms: readonly Term[] }
);

/** One term of `$((a + b - 1))`: a number or the name of a variable. */
export interface Term {
  readonly sign: 1 | -1;
  readonly operand: string;
}

/** Which shell reads: `sh` stands for the shells that are installed as /bin/sh, read as dash does. */
export type ShellDialect = "sh" | "bash";
