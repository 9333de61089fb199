/** How many handles file access takes for itself, so that the rest of the process finds some too. */
export interface HandleBudget {
  /** Directories that one walk keeps open. */
  readonly openDirectories: number;
  /** Reads and writes that are under way together; the others wait for their turn. */
  readonly callsAtOnce: number;
}

/** More are of no use: they are opened again quickly. */
const MOST_DIRECTORIES = 256;
/** A name needs the directory it is in, and that needs the one above while it is opened. */
const FEWEST_DIRECTORIES = 2;
/** Several walks go on beside each other. */
const DIRECTORY_SHARE = 1 / 16;
/** Of Node itself (some 25), of watches, the control socket, and of pipes to children. */
const OF_OTHERS = 56;
/** Of a write: the directory, the temporary file, what is backed up, and what is opened again to be synced. */
const HANDLES_PER_CALL = 4;

/** Shares out a limit of open handles. */
export function budgetOf(openFileLimit: number): HandleBudget {
  const directories = Math.floor(openFileLimit * DIRECTORY_SHARE);
  const calls = Math.floor((openFileLimit - OF_OTHERS) / HANDLES_PER_CALL);
  return {
    openDirectories: Math.max(FEWEST_DIRECTORIES, Math.min(MOST_DIRECTORIES, directories)),
    callsAtOnce: Math.max(1, calls),
  };
}
