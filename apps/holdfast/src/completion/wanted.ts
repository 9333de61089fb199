import type { Argument, Command, Option } from "commander";

/** A word that may stand at the cursor, and what it means. */
export interface Candidate {
  readonly word: string;
  readonly meaning: string;
}

/** What belongs where the cursor is. */
export type Wanted =
  | { readonly type: "words"; readonly words: readonly Candidate[] }
  /** The shell knows them better. */
  | { readonly type: "files" }
  /** What can be done with a resource, once. */
  | { readonly type: "operations"; readonly id: string }
  /** What only the machine or a source knows; `prefix` stands before it in the word, such as `--only=`. */
  | {
      readonly type: "ids" | "orphans" | "patterns" | "kinds" | "facts" | "parameters";
      readonly prefix: string;
      readonly source: string | undefined;
      readonly root: string | undefined;
    };

/** The values of options that are found, by the option. */
const VALUES: Readonly<Record<string, Exclude<Wanted["type"], "words" | "files" | "operations">>> =
  {
    "--only": "patterns",
    "--skip": "patterns",
    "--detect": "patterns",
    "--kinds": "kinds",
    "--facts": "facts",
    "--param": "parameters",
  };
/** Values that are paths: `--root <dir>`. */
const IS_PATH = /<(?:file|dir|path|source)>$/;

/** What belongs at the last of the words of a command line, which is still being written; it may be empty. */
export function wantedAt(program: Command, words: readonly string[]): Wanted {
  const place = readWords(program, words.slice(0, -1));
  const current = words.at(-1) ?? "";
  if (place.openOption !== undefined) return valueOf(place.openOption, "", place);
  const assigned = /^(--[a-z-]+)=/.exec(current);
  const option = place.command.options.find(({ long }) => long === assigned?.[1]);
  if (option !== undefined) return valueOf(option, assigned?.[0] ?? "", place);
  if (current.startsWith("-")) return { type: "words", words: optionsOf(place.command) };
  if (place.command.commands.length > 0) return { type: "words", words: commandsOf(place.command) };
  const { registeredArguments } = place.command;
  const last = registeredArguments.at(-1);
  const repeated = last?.variadic === true ? last : undefined;
  return argumentOf(registeredArguments[place.operands.length] ?? repeated, place);
}

/** The words before the cursor, understood. */
interface Place {
  readonly command: Command;
  readonly operands: readonly string[];
  readonly root: string | undefined;
  /** An option whose value comes next. */
  readonly openOption: Option | undefined;
}

function readWords(program: Command, words: readonly string[]): Place {
  const operands: string[] = [];
  let command = program;
  let openOption: Option | undefined;
  let root: string | undefined;
  for (const word of words) {
    if (openOption !== undefined) {
      if (openOption.long === "--root") root = word;
      openOption = undefined;
    } else if (word.startsWith("-")) {
      const option = command.options.find(({ long, short }) => long === word || short === word);
      if (option?.required === true) openOption = option;
      if (word.startsWith("--root=")) root = word.slice("--root=".length);
    } else {
      const inner = command.commands.find((one) => one.name() === word);
      if (inner === undefined) operands.push(word);
      else command = inner;
    }
  }
  return { command, operands, root, openOption };
}

function valueOf(option: Option, prefix: string, { operands, root }: Place): Wanted {
  if (option.argChoices !== undefined) {
    const words = option.argChoices.map((word) => ({ word: prefix + word, meaning: "" }));
    return { type: "words", words };
  }
  const type = VALUES[option.long ?? ""];
  if (type !== undefined) return { type, prefix, source: operands[0], root };
  return IS_PATH.test(option.flags) ? { type: "files" } : { type: "words", words: [] };
}

/** Commands that are about what left the manifest. */
const ABOUT_ORPHANS: ReadonlySet<string> = new Set(["forget", "adopt"]);

function argumentOf(argument: Argument | undefined, { command, operands, root }: Place): Wanted {
  const choices = argument?.argChoices;
  if (choices !== undefined) {
    return { type: "words", words: choices.map((word) => ({ word, meaning: "" })) };
  }
  switch (argument?.name()) {
    case "source":
    case "file":
      return { type: "files" };
    case "id": {
      const type = ABOUT_ORPHANS.has(command.name()) ? "orphans" : "ids";
      return { type, prefix: "", source: undefined, root };
    }
    case "operation":
      return { type: "operations", id: operands[0] ?? "" };
    default:
      return { type: "words", words: [] };
  }
}

function optionsOf(command: Command): readonly Candidate[] {
  const help = { word: "--help", meaning: "show this" };
  const options = command.options.flatMap(({ long, description }) =>
    typeof long === "string" ? [{ word: long, meaning: description }] : [],
  );
  return [...options, help];
}

function commandsOf(command: Command): readonly Candidate[] {
  const shown = command.createHelp().visibleCommands(command);
  return shown.map((one) => ({ word: one.name(), meaning: one.description() }));
}
