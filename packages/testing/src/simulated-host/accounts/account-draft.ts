import {
  entriesOf,
  findEntry,
  groupFormat,
  groupShadowFormat,
  type LineFormat,
  parseTable,
  passwdFormat,
  printTable,
  putEntry,
  removeEntry,
  shadowFormat,
  subordinateFormat,
  type TextTable,
} from "@holdfast/core";
import type { SimulatedKernel } from "../kernel/kernel.ts";

/** A file of accounts that a tool has opened. */
export interface DraftFile<Entry> {
  /** The tools leave alone what is not there. */
  readonly exists: boolean;
  readonly entries: readonly Entry[];
  find(key: string): Entry | undefined;
  put(entry: Entry): void;
  remove(key: string): void;
  /** Writes it again even if nothing changed, as some tools do. */
  touch(): void;
  /** Replaces it on the disk, if a tool touched it. @returns whether it did. */
  commit(): boolean;
}

/** The files of accounts as one run of a tool sees and changes them. */
export type AccountDraft = ReturnType<typeof openDraft>;

/** Opens the files under a root. Nothing is on the disk before `commit`. */
export function openDraft(kernel: SimulatedKernel, root: string) {
  const at = (name: string): string => `${root === "/" ? "" : root}/etc/${name}`;
  return {
    passwd: openFile(kernel, at("passwd"), passwdFormat),
    shadow: openFile(kernel, at("shadow"), shadowFormat),
    group: openFile(kernel, at("group"), groupFormat),
    gshadow: openFile(kernel, at("gshadow"), groupShadowFormat),
    subuid: openFile(kernel, at("subuid"), subordinateFormat),
    subgid: openFile(kernel, at("subgid"), subordinateFormat),
  };
}

function openFile<Entry>(
  kernel: SimulatedKernel,
  path: string,
  format: LineFormat<Entry>,
): DraftFile<Entry> {
  const bytes = kernel.inspect.bytes(path);
  let table = parseTable(Buffer.from(bytes ?? []).toString("latin1"), format);
  let isTouched = false;
  const change = (next: TextTable<Entry>): void => {
    isTouched ||= next !== table;
    table = next;
  };
  return {
    exists: bytes !== undefined,
    get entries() {
      return entriesOf(table);
    },
    find: (key) => findEntry(table, key),
    put: (entry) => change(putEntry(table, entry)),
    remove: (key) => change(removeEntry(table, key)),
    touch() {
      isTouched = true;
    },
    commit() {
      if (!isTouched || bytes === undefined) return false;
      const { mode = 0o644, uid = 0, gid = 0 } = kernel.inspect.stat(path) ?? {};
      const content = Buffer.from(printTable(table), "latin1");
      kernel.tamper.replaceByRename(path, content, { mode: mode & 0o7777, uid, gid });
      return true;
    },
  };
}
