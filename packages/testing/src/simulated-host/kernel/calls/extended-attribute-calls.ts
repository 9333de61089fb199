import type { ExtendedAttributes } from "@holdfast/host";
import { setExtendedAttribute, setModified } from "../disk/operations.ts";
import { errnoError } from "../errno.ts";
import type { Machine } from "../machine.ts";
import type { Credentials } from "../permission.ts";

/** Extended attributes as a plain table: an ACL in them decides what is made in its directory, and nothing else here. */
export function extendedAttributeCalls(machine: Machine, caller: Credentials): ExtendedAttributes {
  return {
    list(directory, name) {
      const { found } = machine.observe(directory, name, caller, "llistxattr");
      if (found === undefined) throw errnoError("ENOENT", "llistxattr");
      return [...found.inode.attributes.keys()];
    },
    get(directory, name, attribute) {
      const { found } = machine.observe(directory, name, caller, "lgetxattr");
      const value = found?.inode.attributes.get(attribute);
      if (value === undefined) throw errnoError("ENODATA", "lgetxattr");
      return value;
    },
    getOf: (handle, attribute) =>
      machine.handle(handle, "getxattr").inode.attributes.get(attribute),
    set(file, attribute, value) {
      machine.injection.atOnce("setExtendedAttribute", attribute);
      setExtendedAttribute(machine.handle(file, "fsetxattr").inode, attribute, value);
      machine.callLog.push(`setExtendedAttribute ${attribute}`);
    },
    setModified(file, modifiedNs) {
      machine.injection.atOnce("setModified", "");
      setModified(machine.handle(file, "utimensat").inode, modifiedNs);
    },
  };
}
