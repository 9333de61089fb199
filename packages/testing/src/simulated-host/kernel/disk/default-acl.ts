/** The extended attributes in which Linux keeps the ACLs of a file and of what is made in a directory, acl(5). */
export const ACCESS_ACL = "system.posix_acl_access";
export const DEFAULT_ACL = "system.posix_acl_default";

/** Of the header, and of an entry: tag, permissions, id. */
const HEADER_BYTES = 4;
const ENTRY_BYTES = 8;
const PERMISSIONS_AT = 2;

const USER = 0x01;
const GROUP = 0x04;
const MASK = 0x10;
const OTHER = 0x20;

/** What something new gets of the default ACL of its directory. */
export interface InheritedAcl {
  readonly mode: number;
  readonly access: Uint8Array;
}

/**
 * As the kernel does it (posix_acl_create): owner, mask and others get what the ACL and the mode both give, and the entries of
 * named users and groups are taken over. The umask does not count.
 */
export function inheritAcl(acl: Uint8Array, mode: number): InheritedAcl {
  const access = acl.slice();
  const view = new DataView(access.buffer);
  const tagAt = (at: number): number => view.getUint16(at, true);
  const places = Array.from(
    { length: (access.length - HEADER_BYTES) / ENTRY_BYTES },
    (_, index) => HEADER_BYTES + index * ENTRY_BYTES,
  );
  // With a mask the bits of the group are the mask's.
  const ofGroup = places.some((at) => tagAt(at) === MASK) ? MASK : GROUP;
  const shifts = new Map([
    [USER, 6],
    [ofGroup, 3],
    [OTHER, 0],
  ]);
  let bits = 0;
  for (const at of places) {
    const shift = shifts.get(tagAt(at));
    if (shift === undefined) continue;
    const permissions = view.getUint16(at + PERMISSIONS_AT, true) & (mode >> shift) & 7;
    view.setUint16(at + PERMISSIONS_AT, permissions, true);
    bits |= permissions << shift;
  }
  return { mode: (mode & ~0o777) | bits, access };
}
