import {
  type AliasEvent,
  type DocumentEvent,
  EVENT_ID,
  type Event,
  type EventId,
  getScalarValue,
  parseEvents,
  type PopEvent,
  SCALAR_STYLE,
  YAMLException,
} from "js-yaml";
import type { FieldPath } from "../check/field-path.ts";
import type { SourceLocation } from "../fault/diagnostic.ts";

/** Where everything in one file was written. Built only on request, by parsing the file a second time. */
export interface Positions {
  /** Where the field at the end of the path was written, or the nearest thing above it that exists. */
  locate(document: number, path: FieldPath): SourceLocation;
  /** What was written at the end of the path, to the letter: `3.10`. Only of a value without quotes. */
  textAt(document: number, path: FieldPath): string | undefined;
  /** The place of a character, counted from 0. */
  locateOffset(offset: number): SourceLocation;
  /** Fields written twice in one mapping, with the offsets of both. */
  readonly duplicates: readonly DuplicateField[];
}

/** One field written twice. */
export interface DuplicateField {
  readonly name: string;
  readonly first: number;
  readonly second: number;
}

/** In a longer text only characters are located: the places of its values would take too much memory. */
const MAX_PLACED_LENGTH = 16 * 1024 * 1024;

/** The positions in a YAML text; JSON is YAML for this. A text that is not YAML has none but the file. */
export function positionsOf(file: string, text: string): Positions {
  let tree: Tree | undefined;
  const treeOf = (): Tree => {
    tree ??= readTree(text);
    return tree;
  };
  const starts = lineStarts(text);
  const locateOffset = (offset: number): SourceLocation => {
    const line = lineOf(starts, offset);
    return { file, line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
  return {
    get duplicates() {
      return treeOf().duplicates;
    },
    locateOffset,
    locate: (document, path) => {
      const offset = offsetOf(treeOf().documents[document], path);
      return offset === undefined ? { file } : locateOffset(offset);
    },
    textAt: (document, path) => {
      const plain = placeAt(treeOf().documents[document], path)?.plain;
      return plain === undefined ? undefined : text.slice(plain.start, plain.end);
    },
  };
}

/** One value: where it, or the key it belongs to, begins; and what is inside. */
interface Place {
  readonly offset: number;
  /** By name, or by position in a list. An alias shares the children of what it stands for. */
  readonly children: Map<string, Place>;
  /** Where a value without quotes stands; absent for any other. */
  readonly plain?: { readonly start: number; readonly end: number };
}

function placeAt(root: Place | undefined, path: FieldPath): Place | undefined {
  let place = root;
  for (const part of path) place = place?.children.get(String(part));
  return place;
}

function offsetOf(root: Place | undefined, path: FieldPath): number | undefined {
  let place = root;
  for (const part of path) {
    const next = place?.children.get(String(part));
    if (next === undefined) break;
    place = next;
  }
  return place?.offset;
}

/** A document or collection that is being read; `key` is the field of a mapping whose value comes next. */
interface Frame {
  readonly type: EventId;
  readonly place: Place;
  key?: { readonly name: string; readonly offset: number } | undefined;
}

interface Tree {
  readonly documents: readonly Place[];
  readonly duplicates: readonly DuplicateField[];
}

function readTree(text: string): Tree {
  const documents: Place[] = [];
  const duplicates: DuplicateField[] = [];
  if (text.length > MAX_PLACED_LENGTH) return { documents, duplicates };
  const frames: Frame[] = [];
  let anchors = new Map<string, Place>();
  for (const event of eventsOf(text)) {
    if (event.type === EVENT_ID.POP) {
      frames.pop();
    } else if (event.type === EVENT_ID.DOCUMENT) {
      anchors = new Map();
      frames.push({ type: event.type, place: { offset: 0, children: new Map() } });
    } else {
      const place = placeOf(text, event, anchors);
      const frame = frames.at(-1);
      if (frame?.type === EVENT_ID.DOCUMENT) documents.push(place);
      else if (frame !== undefined) addChild(frame, place, text, event, duplicates);
      if (isCollection(event)) frames.push({ type: event.type, place });
    }
  }
  return { documents, duplicates };
}

/** The file was read once already; what made it unreadable is reported from there. */
function eventsOf(text: string): readonly Event[] {
  try {
    return parseEvents(text, {});
  } catch (error) {
    if (error instanceof YAMLException) return [];
    throw error;
  }
}

type ValueEvent = Exclude<Event, DocumentEvent | PopEvent>;

function placeOf(text: string, event: ValueEvent, anchors: Map<string, Place>): Place {
  const anchor = event.anchorStart < 0 ? "" : text.slice(event.anchorStart, event.anchorEnd);
  if (event.type === EVENT_ID.ALIAS) {
    return {
      offset: event.anchorStart - 1,
      children: anchors.get(anchor)?.children ?? NO_CHILDREN,
    };
  }
  const plain = plainOf(event);
  const place = {
    offset: offsetOfEvent(text, event),
    children: isCollection(event) ? new Map<string, Place>() : NO_CHILDREN,
    ...(plain === undefined ? {} : { plain }),
  };
  if (anchor !== "") anchors.set(anchor, place);
  return place;
}

function plainOf(event: ValueEvent): Place["plain"] {
  if (event.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN) return undefined;
  return { start: event.valueStart, end: event.valueEnd };
}

const NO_CHILDREN: Map<string, Place> = new Map();

function isCollection(event: ValueEvent): boolean {
  return event.type === EVENT_ID.MAPPING || event.type === EVENT_ID.SEQUENCE;
}

function offsetOfEvent(text: string, event: Exclude<ValueEvent, AliasEvent>): number {
  if (event.tagStart >= 0) return event.tagStart;
  if (event.anchorStart >= 0) return event.anchorStart - 1;
  if (event.type !== EVENT_ID.SCALAR) return event.start;
  switch (event.style) {
    case SCALAR_STYLE.PLAIN:
      return event.valueStart;
    case SCALAR_STYLE.LITERAL_BLOCK:
      return text.lastIndexOf("|", event.valueStart);
    case SCALAR_STYLE.FOLDED_BLOCK:
      return text.lastIndexOf(">", event.valueStart);
    default:
      return event.valueStart - 1;
  }
}

/** Puts a value into the collection around it: a field begins at its key, an entry of a list at its value. */
function addChild(
  frame: Frame,
  place: Place,
  text: string,
  event: ValueEvent,
  duplicates: DuplicateField[],
): void {
  const { children } = frame.place;
  if (frame.type === EVENT_ID.SEQUENCE) {
    children.set(String(children.size), place);
    return;
  }
  if (frame.key === undefined) {
    const name = event.type === EVENT_ID.SCALAR ? getScalarValue(text, event) : "";
    frame.key = { name, offset: place.offset };
    return;
  }
  const { name, offset } = frame.key;
  const earlier = children.get(name);
  if (earlier !== undefined) duplicates.push({ name, first: earlier.offset, second: offset });
  children.set(name, { ...place, offset });
  frame.key = undefined;
}

/** Where each line begins. LF, CRLF and CR end one, as in YAML. */
function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const ending of text.matchAll(/\r\n|\n|\r/g)) starts.push(ending.index + ending[0].length);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
