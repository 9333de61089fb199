import { describe } from "node:test";
import { linkLaws } from "./link-laws.ts";
import { readLaws } from "./read-laws.ts";
import type { FileSubject } from "./subject.ts";
import { treeLaws } from "./tree-laws.ts";
import { writeLaws } from "./write-laws.ts";

/**
 * The laws of file access (semantics K1), registered with node's test runner for one kind of machine. Each law opens
 * a machine of its own with an empty root that belongs to the agent.
 */
export function fileLaws(machine: string, open: () => Promise<FileSubject>): void {
  describe(`file laws on ${machine}`, () => {
    readLaws(open);
    writeLaws(open);
    linkLaws(open);
    treeLaws(open);
  });
}
