import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** The folder, inside a root, that all files of a policy lie in. */
export const FOLDER = "/data";

/** A policy of many small files, and a root for it. */
export interface Policy extends Disposable {
  /** The manifest as JSON, also what the floors read. */
  readonly manifestPath: string;
  readonly root: string;
  readonly files: readonly PolicyFile[];
}

/** A declared file. */
export interface PolicyFile {
  /** As declared, from the root. */
  readonly name: string;
  readonly content: string;
}

/** Makes a policy of so many files of 200 bytes on an empty root of its own; a chain depends each on the former. */
export function createPolicy(count: number, { isChain }: { readonly isChain: boolean }): Policy {
  const scratch = mkdtempSync(join(scratchParent(), ".holdfast-bench-"));
  const root = join(scratch, "root");
  mkdirSync(root + FOLDER, { recursive: true });
  const files = Array.from({ length: count }, (_, index) => ({
    name: `${FOLDER}/file-${String(index).padStart(6, "0")}.conf`,
    content: `setting ${index} `.padEnd(199, "x").concat("\n"),
  }));
  const manifestPath = join(scratch, "manifest.json");
  writeFileSync(manifestPath, JSON.stringify(manifestOf(files, isChain)));
  return {
    manifestPath,
    root,
    files,
    [Symbol.dispose]: () => rmSync(scratch, { recursive: true, force: true }),
  };
}

/** Removes every file and what the agent remembers, so that the next apply is a first one. */
export function clear({ root }: Policy): void {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root + FOLDER, { recursive: true });
}

/** Writes every file as declared, without a thought for durability. */
export function fill({ root, files }: Policy): void {
  for (const { name, content } of files) writeFileSync(root + name, content, { mode: 0o644 });
}

/** Root obeys no manifest under a directory that others can write, so for root it is not the usual place. */
function scratchParent(): string {
  return process.geteuid?.() === 0 ? homedir() : tmpdir();
}

function manifestOf(files: readonly PolicyFile[], isChain: boolean): unknown {
  const resources = files.map(({ name, content }, index) => {
    const before = files[index - 1]?.name;
    const meta = isChain && before !== undefined ? { dependsOn: [`file:${before}`] } : undefined;
    const spec = { content, mode: "0644" };
    return { kind: "file", name, spec, ...(meta === undefined ? {} : { meta }) };
  });
  const metadata = { name: "bench" };
  return { apiVersion: "holdfast/v1", kind: "Manifest", metadata, resources };
}
