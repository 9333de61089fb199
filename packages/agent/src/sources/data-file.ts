import { extname } from "node:path";
import { type Diagnostic, Fault, parseFile } from "@holdfast/core";
import { readText } from "./read-text.ts";

/**
 * Reads one value from a YAML or JSON file, by its ending.
 * @throws {Fault} InputInvalid, with diagnostics, when it is not UTF-8, not YAML or JSON, or holds several documents;
 *   NotFound, PermissionDenied, WrongType, ContentTooLarge, HostFailed, Aborted.
 */
export async function readDataFile(path: string, signal: AbortSignal): Promise<unknown> {
  const { value: text, diagnostics: found } = await readText(path, signal);
  const diagnostics: Diagnostic[] = [...found];
  const format = extname(path) === ".json" ? "json" : "yaml";
  const documents = text === undefined ? [] : parseFile({ file: path, text, format }, diagnostics);
  const [document, second] = documents;
  if (document !== undefined && second === undefined && diagnostics.length === 0) {
    return document.value;
  }
  throw new Fault({
    reason: "InputInvalid",
    message: `${path} does not hold one value`,
    resolution: "Write one YAML or JSON document.",
    diagnostics,
  });
}
