import { lstatSync, readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import {
  assert,
  type Diagnostic,
  Fault,
  type Json,
  type JsonObject,
  parseFile,
} from "@holdfast/core";
import type { RootReader } from "../root-reader.ts";
import { FactMistake, readFactFile, refuseUnsafe } from "./fact-file.ts";

const DIRECTORY = "etc/holdfast/facts.d";
const MOST_FILES = 128;
const NAME = /^([A-Za-z_][\w-]*)\.(json|yaml|yml)$/;
/** Values of one file, with every alias replaced by what it stands for, and the characters of its texts. */
const MOST_PARTS = 65_536;

/**
 * What the files in `/etc/holdfast/facts.d` say, by their names. They are data: nothing is run, and only the owner of the
 * agent decides what they say. One that cannot be taken is a mistake and no fact less, because a blueprint would decide
 * by its absence.
 * @throws {Fault} InputInvalid, with all mistakes.
 */
export function readCustomFacts(root: RootReader): JsonObject {
  const directory = root.locate(DIRECTORY);
  if (directory === undefined) return {};
  const facts = new Map<string, Json>();
  const mistakes: Diagnostic[] = [];
  const attempt = (path: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof FactMistake)) throw error;
      mistakes.push(...error.diagnostics(path));
    }
  };
  attempt(directory, () => {
    for (const name of factFilesIn(directory)) {
      const path = `${directory}/${name}`;
      attempt(path, () => addFact(facts, name, path));
    }
  });
  if (mistakes.length > 0) throw invalid(mistakes);
  return Object.fromEntries(facts);
}

/** Hidden files, and what editors leave behind, are none. */
function factFilesIn(directory: string): readonly string[] {
  refuseUnsafe(statSync(dirname(directory)));
  const entry = lstatSync(directory);
  if (!entry.isDirectory())
    throw new FactMistake("Not a directory", "custom facts are files in it");
  refuseUnsafe(entry);
  const names = readdirSync(directory).filter((one) => !one.startsWith(".") && !one.endsWith("~"));
  if (names.length <= MOST_FILES) return names.toSorted();
  throw new FactMistake(
    "Too many facts",
    `${names.length} files, and at most ${MOST_FILES} are read`,
  );
}

function addFact(facts: Map<string, Json>, fileName: string, path: string): void {
  const [, name, extension] = NAME.exec(fileName) ?? [];
  if (name === undefined) {
    const detail =
      "a fact is a file such as role.json or role.yaml: its name is letters, digits, - and _. Programs are not run; have a timer write their output here";
    throw new FactMistake("Not a fact", detail);
  }
  if (facts.has(name)) throw new FactMistake("Fact given twice", `another file gives ${name} too`);
  facts.set(name, parseFact(path, readFactFile(path), extension === "json" ? "json" : "yaml"));
}

function parseFact(file: string, text: string, format: "json" | "yaml"): Json {
  const diagnostics: Diagnostic[] = [];
  const documents = parseFile({ file, text, format }, diagnostics);
  if (diagnostics.length > 0) throw new FactMistake("", "", diagnostics);
  const [first, ...others] = documents;
  if (first === undefined || others.length > 0) {
    throw new FactMistake("Not one document", "a file of facts holds one value");
  }
  if (partsOf(first.value, MOST_PARTS) > MOST_PARTS) {
    throw new FactMistake(
      "Too much",
      `it stands for more than ${MOST_PARTS} values and characters`,
    );
  }
  return plainData(first.value);
}

/** A value of one of the parsers, which make nothing but plain data. What an alias stands for is there each time. */
function plainData(value: unknown): Json {
  if (Array.isArray(value)) return value.map(plainData);
  if (typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean" || value === null) return value;
  assert(typeof value === "object", "a parser makes plain data");
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, plainData(inner)] as const),
  );
}

/** How many values there are, and characters in texts; counts no further than `most`. */
function partsOf(value: unknown, most: number): number {
  if (typeof value === "string") return 1 + value.length;
  if (typeof value !== "object" || value === null) return 1;
  let parts = 1;
  for (const [name, inner] of Object.entries(value)) {
    parts += name.length + partsOf(inner, most - parts);
    if (parts > most) break;
  }
  return parts;
}

function invalid(diagnostics: readonly Diagnostic[]): Fault {
  const count = diagnostics.length === 1 ? "a mistake" : `${diagnostics.length} mistakes`;
  return new Fault({
    reason: "InputInvalid",
    message: `the custom facts of this machine have ${count}`,
    resolution: `Correct the files in /${DIRECTORY}, or take them away.`,
    diagnostics,
  });
}
