import { cycles, mutualFolders } from "./cycles.ts";
import { published, undeclared, unused } from "./dependencies.ts";
import { completeLock, documentSizes, liveLinks, lockWithoutHosts } from "./documents.ts";
import { noEscapes, noInheritance, numberedTodos } from "./escapes.ts";
import { documented, explicitExports, oneIndex, promisedExports } from "./exports.ts";
import { importTable } from "./import-table.ts";
import { purity } from "./purity.ts";
import type { Rule } from "./rule.ts";
import { fileSize, folderSize, functionSize, nesting } from "./sizes.ts";
import { hooksInSuites, noFocus, uniqueTitles } from "./tests.ts";
import { fileNames, identifiers } from "./words/names.ts";
import { proseWords } from "./words/prose.ts";

/** Every rule that holds for the repository. */
export const RULES: readonly Rule[] = [
  importTable,
  cycles,
  mutualFolders,
  undeclared,
  unused,
  published,
  purity,
  fileSize,
  functionSize,
  nesting,
  folderSize,
  fileNames,
  identifiers,
  proseWords,
  explicitExports,
  oneIndex,
  promisedExports,
  documented,
  noEscapes,
  noInheritance,
  numberedTodos,
  uniqueTitles,
  noFocus,
  hooksInSuites,
  documentSizes,
  lockWithoutHosts,
  completeLock,
  liveLinks,
];
