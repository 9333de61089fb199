/** The mode that a directory has between its making and being given to its owner. */
const PRIVATE = 0o700;

/** The fields of a file entry that this check of a home directory reads. */
interface HomeEntry {
  readonly type: string;
  readonly uid: number;
  readonly mode: number;
}

/**
 * Tells whether a directory may be a home directory whose making was cut off: still root's alone, which is of no use to
 * its user. It is one when it is empty too.
 */
export function isUngivenHome({ type, uid, mode }: HomeEntry, ownerUid: number): boolean {
  return type === "directory" && uid === 0 && ownerUid !== 0 && mode === PRIVATE;
}
