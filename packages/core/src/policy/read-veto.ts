import { isJsonObject } from "../json.ts";
import { parseYaml } from "../manifest/text/parse-yaml.ts";
import type { Veto } from "./policy.ts";

/** Longest words of a veto that are shown. */
const MOST_CHARACTERS = 200;

/** A file in the directory of vetoes. */
export interface VetoFile {
  readonly name: string;
  /** Its content; `undefined` when it cannot be read. */
  readonly text: string | undefined;
  /** When it was written, by the wall clock. */
  readonly modifiedMs: number;
}

/**
 * Reads a veto: `owner` and `reason` in YAML. Whatever else a file says, it is a veto: who put it there wants nothing to
 * happen now. Pure.
 */
export function readVeto({ name, text, modifiedMs }: VetoFile): Veto {
  const value = text === undefined ? undefined : parseYaml(text).values[0];
  const said = isJsonObject(value) ? value : {};
  return {
    file: name,
    owner: shown(said["owner"]) ?? "somebody",
    reason: shown(said["reason"]) ?? (text === undefined ? "the file cannot be read" : "no reason"),
    sinceMs: modifiedMs,
  };
}

function shown(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value.slice(0, MOST_CHARACTERS) : undefined;
}
