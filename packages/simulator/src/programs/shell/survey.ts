import type { ByteText } from "../machine/byte-text.ts";
import { NotUnderstood } from "../machine/not-understood.ts";
import type { Prepare } from "../machine/process.ts";
import { builtins, demandFree } from "./builtins.ts";
import type { Command, Redirection, Script, ShellDialect, SimpleCommand, Word } from "./syntax.ts";

/** Whose programs are looked up, and which shell would run them. */
export interface Survey {
  readonly prepare: Prepare;
  readonly dialect: ShellDialect;
}

/** Reads a whole script before any of it runs. @throws NotUnderstood for the first thing that is not. */
export function surveyScript(script: Script, survey: Survey): void {
  for (const { first, rest } of script) {
    for (const { commands } of [first, ...rest.map(({ pipeline }) => pipeline)])
      for (const command of commands) surveyCommand(command, survey);
  }
}

function surveyCommand(command: Command, survey: Survey): void {
  for (const redirection of command.redirections) surveyRedirection(redirection, survey);
  switch (command.type) {
    case "simple":
      surveySimple(command, survey);
      return;
    case "if":
      for (const { test, body } of command.branches) {
        surveyScript(test, survey);
        surveyScript(body, survey);
      }
      if (command.otherwise !== undefined) surveyScript(command.otherwise, survey);
      return;
    case "for":
      demandFree(command.name);
      for (const word of command.words ?? []) surveyWord(word, survey);
      surveyScript(command.body, survey);
      return;
    case "while":
      surveyScript(command.test, survey);
      surveyScript(command.body, survey);
      return;
    default:
      surveyScript(command.body, survey);
  }
}

function surveyRedirection(redirection: Redirection, survey: Survey): void {
  if (redirection.type === "read") surveyWord(redirection.from, survey);
  if (redirection.type === "write") surveyWord(redirection.to, survey);
}

function surveySimple({ assignments, words }: SimpleCommand, survey: Survey): void {
  for (const { name, value } of assignments) {
    demandFree(name);
    surveyWord(value, survey);
  }
  for (const word of words) surveyWord(word, survey);
  const [first, ...others] = words;
  if (first === undefined) return;
  const name = constant(first);
  if (name === undefined) throw new NotUnderstood("a program that is named by an expansion");
  if (name === "export" && others.some(mayBeSplit))
    throw new NotUnderstood("export of an expansion that is not quoted");
  const args = constants(others);
  const builtin = builtins.get(name);
  if (builtin !== undefined) {
    if (args !== undefined) builtin.prepare(args);
    demandDialect(name, args, survey.dialect);
  } else if (args !== undefined) survey.prepare([name, ...args]);
  else surveyUnknownArguments(name, survey);
}

/** Only the name can be looked up: whether its arguments are understood is known when they are. */
function surveyUnknownArguments(name: ByteText, survey: Survey): void {
  try {
    survey.prepare([name]);
  } catch (error) {
    if (error instanceof NotUnderstood && error.what === name) throw error;
    if (!(error instanceof NotUnderstood)) throw error;
  }
}

function demandDialect(
  name: ByteText,
  args: readonly ByteText[] | undefined,
  dialect: ShellDialect,
): void {
  if (dialect !== "sh" || args === undefined) return;
  if (name === "echo" && args.some((word) => word.includes("\\")))
    throw new NotUnderstood("echo of a backslash, on which shells disagree");
  const [at] = args.flatMap((word, index) => (word === "pipefail" ? [index] : []));
  if (name === "set" && at !== undefined && /^[-+].*o$/.test(args[at - 1] ?? ""))
    throw new NotUnderstood("set -o pipefail, which not every sh has");
}

function surveyWord(word: Word, survey: Survey): void {
  for (const part of word) {
    if (part.type === "substitution") surveyScript(part.script, survey);
    if (part.type === "parameter" && part.fallback !== undefined)
      surveyWord(part.fallback.word, survey);
  }
}

/** The text of a word that is the same whenever it is expanded. */
function constant(word: Word): ByteText | undefined {
  let text = "";
  for (const part of word) {
    if (part.type !== "text" || (!part.isQuoted && /[*?]/.test(part.text))) return undefined;
    text += part.text;
  }
  return text;
}

function constants(words: readonly Word[]): readonly ByteText[] | undefined {
  const texts: ByteText[] = [];
  for (const word of words) {
    const text = constant(word);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts;
}

function mayBeSplit(word: Word): boolean {
  return word.some((part) => part.type !== "text" && part.type !== "home" && !part.isQuoted);
}
