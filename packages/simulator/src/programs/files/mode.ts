import type { ByteText } from "../machine/byte-text.ts";
import { NotUnderstood } from "../machine/not-understood.ts";

const UMASK = 0o022;

/** What a mode is changed from. */
export interface ModeBefore {
  readonly mode: number;
  readonly isDirectory: boolean;
}

/** The mode after a change. */
export type ModeChange = (before: ModeBefore) => number;

/** Reads an octal mode or symbolic clauses such as `u+x,go-w`. @throws NotUnderstood. */
export function readMode(text: ByteText): ModeChange {
  if (/^[0-7]{1,4}$/.test(text)) return octal(Number.parseInt(text, 8));
  const clauses = text.split(",").map(readClause);
  return (before) =>
    clauses.reduce((mode, clause) => clause({ ...before, mode }), before.mode & 0o7777);
}

/** A directory keeps set-uid and set-gid that the number does not name. */
function octal(bits: number): ModeChange {
  return ({ mode, isDirectory }) => (isDirectory ? bits | (mode & 0o6000) : bits);
}

function readClause(text: string): ModeChange {
  const [, who = "", changes = ""] = /^([ugoa]*)((?:[-+=][rwxXst]*)+)$/.exec(text) ?? [];
  if (changes === "") throw new NotUnderstood(`the mode ${text}`);
  const steps = Array.from(
    changes.matchAll(/([-+=])([rwxXst]*)/g),
    ([, sign = "", rights = ""]) => ({
      sign,
      rights,
    }),
  );
  return (before) =>
    steps.reduce((mode, step) => changed({ ...before, mode }, who, step), before.mode);
}

function changed(
  { mode, isDirectory }: ModeBefore,
  who: string,
  { sign, rights }: { readonly sign: string; readonly rights: string },
): number {
  const scope = scopeOf(who);
  const allowed = who === "" ? ~UMASK : ~0;
  const isExecutable = isDirectory || (mode & 0o111) !== 0;
  const bits = bitsOf(rights, isExecutable) & scope & allowed;
  if (sign === "+") return mode | bits;
  if (sign === "-") return mode & ~bits;
  const kept = isDirectory && !rights.includes("s") ? mode & 0o6000 : 0;
  return (mode & ~scope) | bits | (kept & scope);
}

function scopeOf(who: string): number {
  if (who === "" || who.includes("a")) return 0o7777;
  const of = (letter: string, bits: number): number => (who.includes(letter) ? bits : 0);
  return of("u", 0o4700) | of("g", 0o2070) | of("o", 0o1007);
}

function bitsOf(rights: string, isExecutable: boolean): number {
  const has = (letter: string, bits: number): number => (rights.includes(letter) ? bits : 0);
  const search = isExecutable ? has("X", 0o111) : 0;
  return (
    has("r", 0o444) |
    has("w", 0o222) |
    has("x", 0o111) |
    search |
    has("s", 0o6000) |
    has("t", 0o1000)
  );
}
