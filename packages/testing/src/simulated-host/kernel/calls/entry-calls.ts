import type { Place, WaitingCalls } from "@holdfast/host";
import { createInode, type Inode, type InodeSeed } from "../disk/inode.ts";
import { ACCESS_ACL, DEFAULT_ACL, inheritAcl } from "../disk/default-acl.ts";
import { addEntry, dropEntry, moveEntry, setExtendedAttribute } from "../disk/operations.ts";
import { errnoError } from "../errno.ts";
import type { Lookup, Machine } from "../machine.ts";
import { type Credentials, demandRemoval, may } from "../permission.ts";
import { inTurn } from "./call-turn.ts";
import { demandRename } from "./rename-rules.ts";

const DEFAULT_UMASK = 0o022;

type EntryCalls = Pick<
  WaitingCalls,
  "create" | "rename" | "link" | "symlink" | "unlink" | "makeDirectory" | "removeDirectory"
>;

/** Making, moving and removing entries of directories. */
export function entryCalls(machine: Machine, caller: Credentials): EntryCalls {
  const umask = caller.umask ?? DEFAULT_UMASK;
  const hands: Hands = { machine, caller, umask };

  /** Runs at its turn with the name looked up. */
  function at<T>(
    call: string,
    directory: number,
    name: string,
    effect: (observed: Lookup) => T,
  ): Promise<T> {
    return inTurn(machine, { call, handle: directory, name }, () =>
      effect(machine.observe(directory, name, caller, call)),
    );
  }

  return {
    create: (directory, name, mode) =>
      at("create", directory, name, (observed) => {
        const inode = make(hands, observed, { type: "file", mode }, "create");
        return machine.open({ inode, mount: observed.mount }, "write");
      }),
    symlink: (target, directory, name) =>
      at("symlink", directory, name, (observed) => {
        make(hands, observed, { type: "link", mode: 0o777, target }, "symlink");
      }),
    makeDirectory: (directory, name, mode) =>
      at("makeDirectory", directory, name, (observed) => {
        const seed = { type: "directory", mode: mode & 0o1777 } as const;
        make(hands, observed, seed, "makeDirectory");
      }),
    unlink: (directory, name) =>
      at("unlink", directory, name, (observed) => removeEntry(hands, observed, "unlink")),
    removeDirectory: (directory, name) =>
      at("removeDirectory", directory, name, (observed) =>
        removeEntry(hands, observed, "removeDirectory"),
      ),
    rename: (from, to) =>
      inTurn(machine, { call: "rename", handle: to.directory, name: to.name }, () =>
        rename(hands, from, to),
      ),
    link: (from, to) =>
      inTurn(machine, { call: "link", handle: to.directory, name: to.name }, () =>
        link(hands, from, to),
      ),
  };
}

interface Hands {
  readonly machine: Machine;
  readonly caller: Credentials;
  readonly umask: number;
}

/**
 * In a set-gid directory the group is inherited, and by directories the bit too. The umask counts where the directory has no
 * default ACL, and a link has no mode.
 */
function make(
  { machine, caller, umask }: Hands,
  observed: Lookup,
  seed: Omit<InodeSeed, "uid" | "gid">,
  call: string,
): Inode {
  machine.demandFree(observed, caller, call);
  const { directory, name } = observed;
  const isInherited = (directory.mode & 0o2000) !== 0;
  const acl = seed.type === "link" ? undefined : directory.attributes.get(DEFAULT_ACL);
  const ofAcl = acl && inheritAcl(acl, seed.mode);
  const mode = ofAcl?.mode ?? (seed.type === "link" ? seed.mode : seed.mode & ~umask);
  const inode = createInode(observed.mount.fileSystem, {
    ...seed,
    mode: mode | (isInherited && seed.type === "directory" ? 0o2000 : 0),
    uid: caller.uid,
    gid: isInherited ? directory.gid : caller.gid,
  });
  addEntry({ directory, name }, inode);
  if (ofAcl !== undefined) setExtendedAttribute(inode, ACCESS_ACL, ofAcl.access);
  if (acl !== undefined && inode.type === "directory")
    setExtendedAttribute(inode, DEFAULT_ACL, acl);
  machine.changes.tell(directory, name, "create");
  return inode;
}

/** Both directories are entered before a name is looked up in either. */
function rename({ machine, caller }: Hands, from: Place, to: Place): void {
  machine.enter(from.directory, caller, "rename");
  machine.enter(to.directory, caller, "rename");
  const source = machine.observe(from.directory, from.name, caller, "rename");
  const target = machine.observe(to.directory, to.name, caller, "rename");
  if (!demandRename(machine, caller, { source, target })) return;
  moveEntry(source, target);
  machine.changes.tell(source.directory, source.name, "moved");
  machine.changes.tell(target.directory, target.name, "moved");
}

/** What is linked is looked up before the place of the link. */
function link({ machine, caller }: Hands, from: Place, to: Place): void {
  const { entry, mount } = machine.observe(from.directory, from.name, caller, "link");
  if (entry === undefined) throw errnoError("ENOENT", "link");
  const target = machine.observe(to.directory, to.name, caller, "link");
  machine.demandFree(target, caller, "link");
  if (mount !== target.mount) throw errnoError("EXDEV", "link");
  const isOwn = caller.uid === 0 || caller.uid === entry.uid;
  // As with fs.protected_hardlinks, which every distribution sets.
  const isSafe = entry.type === "file" && (entry.mode & 0o6000) === 0 && may(entry, caller, 6);
  if (entry.type === "directory" || !(isOwn || isSafe)) throw errnoError("EPERM", "link");
  addEntry(target, entry);
  machine.changes.tell(target.directory, target.name, "create");
}

function removeEntry(
  { machine, caller }: Hands,
  observed: Lookup,
  call: "unlink" | "removeDirectory",
): void {
  const { directory, name, entry } = observed;
  machine.demandWritable(observed.mount, call);
  if (entry === undefined) throw errnoError("ENOENT", call);
  demandRemoval(directory, entry, caller, call);
  const isDirectory = entry.type === "directory";
  if (call === "unlink" && isDirectory) throw errnoError("EISDIR", call);
  if (call === "removeDirectory" && !isDirectory) throw errnoError("ENOTDIR", call);
  if (machine.isCovered(entry)) throw errnoError("EBUSY", call);
  if (entry.entries.size > 0) throw errnoError("ENOTEMPTY", call);
  dropEntry(observed);
  machine.changes.tell(directory, name, "delete");
}
