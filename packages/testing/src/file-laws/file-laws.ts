import { describe } from "node:test";
import { attributeLaws, attributeOwnerLaws } from "./attribute-laws.ts";
import { backupLaws } from "./backup-laws.ts";
import { detailLaws } from "./detail-laws.ts";
import { expectedLaws } from "./expected-laws.ts";
import { linkLaws, linkOwnerLaws } from "./link-laws.ts";
import { readLaws } from "./read-laws.ts";
import { readTreeLaws } from "./read-tree-laws.ts";
import { overwriteLaws } from "./overwrite-laws.ts";
import type { FileSubject } from "./subject.ts";
import { treeLaws, treeOwnerLaws } from "./tree-laws.ts";
import { writeLaws } from "./write-laws.ts";

/** What is known of the machine before a law opens one. */
export interface FileLawsOptions {
  /** For the titles. */
  readonly machine: string;
  /** Laws about giving things away hold for root alone. */
  readonly isRoot: boolean;
  /** A mount that may die: of a file there nothing is known but content, owner and mode. Default false. */
  readonly isRemote?: boolean;
}

/**
 * The laws of file access (semantics K1), registered with node's test runner for one kind of machine. Each law opens
 * a machine of its own with an empty root that belongs to the agent.
 */
export function fileLaws(
  { machine, isRoot, isRemote = false }: FileLawsOptions,
  open: () => Promise<FileSubject>,
): void {
  describe(`file laws on ${machine}`, () => {
    readLaws(open);
    readTreeLaws(open);
    writeLaws(open);
    expectedLaws(open);
    backupLaws(open);
    overwriteLaws(open);
    linkLaws(open);
    if (isRoot) linkOwnerLaws(open);
    treeLaws(open);
    if (isRoot) treeOwnerLaws(open);
    attributeLaws(open);
    if (isRoot) attributeOwnerLaws(open);
    detailLaws(open, isRemote);
  });
}
