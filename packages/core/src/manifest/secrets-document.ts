import { type Event, EVENT_ID, getScalarValue, parseEvents, SCALAR_STYLE } from "js-yaml";
import { mistakeDiagnostic } from "../check/mistake.ts";
import {
  type Diagnosed,
  type Diagnostic,
  hasErrors,
  type SourceLocation,
} from "../fault/diagnostic.ts";
import { isJsonObject } from "../json.ts";
import { SECRET_KEY } from "../secret/secret-path.ts";
import { type ManifestFile, parseFile } from "./parse-file.ts";
import { positionsOf } from "./positions.ts";

/** One value of a secrets file: its dotted path, what it says, and the characters of the file that say it. */
export interface SecretsLeaf {
  readonly path: string;
  readonly text: string;
  /** Offset of its first character, quotes and block header included, and of what comes after its last. */
  readonly start: number;
  readonly end: number;
  readonly location: SourceLocation;
}

/**
 * Reads a secrets file: mappings of mappings with a text at every end. Nothing of what a value says is in a diagnostic.
 * Lists, numbers, aliases, anchors and tags are mistakes: a value could then not be replaced where it stands.
 */
export function readSecretsDocument(file: ManifestFile): Diagnosed<readonly SecretsLeaf[]> {
  const diagnostics: Diagnostic[] = [];
  const documents = parseFile(file, diagnostics).map(({ value }) => value);
  if (hasErrors(diagnostics)) return { diagnostics: diagnostics.map(withoutQuotes) };
  const { locateOffset } = positionsOf(file.file, file.text);
  const report = (offset: number, path: string, detail: string): void => {
    const mistake = { path: [], summary: "Wrong secrets file", detail };
    diagnostics.push(mistakeDiagnostic(mistake, path || file.file, locateOffset(offset)));
  };
  const [root, second] = documents;
  if (!isJsonObject(root) || second !== undefined) {
    report(0, "", "A secrets file is one document with a mapping of names to texts.");
    return { diagnostics };
  }
  const leaves = walk(file.text, parseEvents(file.text, {}), report)
    .filter(({ path, start }) => isText(root, path, () => report(start, path, NO_TEXT)))
    .map((leaf) => ({ ...leaf, location: locateOffset(leaf.start) }));
  return hasErrors(diagnostics) ? { diagnostics } : { value: leaves, diagnostics };
}

const NO_TEXT = "A secret is a text: put it in quotes.";

/** What a parser complains about may quote the line. */
function withoutQuotes(diagnostic: Diagnostic): Diagnostic {
  const detail = "It cannot be read there. The line is not shown, because it may hold a secret.";
  return diagnostic.summary.startsWith("Not ") ? { ...diagnostic, detail } : diagnostic;
}

type Report = (offset: number, path: string, detail: string) => void;
type Span = Omit<SecretsLeaf, "location">;

/** A mapping that is being read: where it is, and its key whose value comes next. */
interface Frame {
  readonly path: readonly string[];
  key?: { readonly name: string; readonly end: number } | undefined;
}

function walk(text: string, events: readonly Event[], report: Report): readonly Span[] {
  const leaves: Span[] = [];
  const frames: Frame[] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.POP) {
      frames.pop();
      continue;
    }
    const frame = frames.at(-1);
    const path = [...(frame?.path ?? []), ...(frame?.key === undefined ? [] : [frame.key.name])];
    if (event.type === EVENT_ID.DOCUMENT) {
      frames.push({ path });
      continue;
    }
    const refused = refusalOf(event);
    if (refused !== undefined) {
      report(refused.offset, path.join("."), refused.detail);
      return [];
    }
    if (event.type === EVENT_ID.SCALAR) takeScalar({ text, event, frame, leaves, report });
    else if (event.type === EVENT_ID.MAPPING) {
      if (frame !== undefined) frame.key = undefined;
      frames.push({ path });
    }
  }
  return leaves;
}

function refusalOf(event: Event): { readonly offset: number; readonly detail: string } | undefined {
  if (event.type === EVENT_ID.SEQUENCE) {
    return {
      offset: event.start,
      detail: "A list cannot hold secrets: give each a name of its own.",
    };
  }
  if (!("anchorStart" in event)) return undefined;
  if (event.anchorStart >= 0) {
    return {
      offset: event.anchorStart,
      detail: "Write the value out: no anchors and aliases here.",
    };
  }
  if ("tagStart" in event && event.tagStart >= 0) {
    return { offset: event.tagStart, detail: "Take the tag away: every value is a text." };
  }
  return undefined;
}

interface Taking {
  readonly text: string;
  readonly event: Event & { readonly type: typeof EVENT_ID.SCALAR };
  readonly frame: Frame | undefined;
  readonly leaves: Span[];
  readonly report: Report;
}

function takeScalar({ text, event, frame, leaves, report }: Taking): void {
  const isQuoted =
    event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
  const quote = isQuoted ? 1 : 0;
  const value = getScalarValue(text, event);
  if (frame?.key === undefined) {
    if (frame === undefined) return;
    const path = [...frame.path, value].join(".");
    if (!SECRET_KEY.test(value)) {
      const detail = `The name ${JSON.stringify(value)} must be of letters, digits, _ and -, at most 64 of them.`;
      report(event.valueStart - quote, path, detail);
    }
    frame.key = { name: value, end: event.valueEnd + quote };
    return;
  }
  const { name, end: keyEnd } = frame.key;
  frame.key = undefined;
  const path = [...frame.path, name].join(".");
  const span = isBlock(event.style)
    ? blockSpan(text, keyEnd, event.valueEnd)
    : { start: event.valueStart - quote, end: event.valueEnd + quote };
  // An empty value stands nowhere.
  if (event.valueStart < 0) leaves.push({ path, text: "", start: keyEnd, end: keyEnd });
  else leaves.push({ path, text: value, ...span });
}

function isBlock(style: number): boolean {
  return style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK;
}

/** From the header of a block to the end of its last line that is not blank. */
function blockSpan(text: string, keyEnd: number, valueEnd: number) {
  const start = keyEnd + text.slice(keyEnd).search(/[|>]/);
  return { start, end: start + text.slice(start, valueEnd).trimEnd().length };
}

/** Whether YAML takes it for a text: what looks like a number or a truth value is none. */
function isText(root: object, path: string, otherwise: () => void): boolean {
  let value: unknown = root;
  for (const name of path.split(".")) value = isJsonObject(value) ? value[name] : undefined;
  if (typeof value === "string") return true;
  otherwise();
  return false;
}
