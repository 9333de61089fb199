import type { Benchmark } from "./control.ts";

/** A file of accounts: its control, its mode and its group. Copies that tools make are there only after a first change. */
const FILES = [
  // Everybody may know who there is; who could write it would be root.
  { section: "7.1.1", path: "/etc/passwd", mode: 0o644, group: "root", isCopy: false },
  { section: "7.1.2", path: "/etc/passwd-", mode: 0o644, group: "root", isCopy: true },
  // Who is in which group: writing it is as good.
  { section: "7.1.3", path: "/etc/group", mode: 0o644, group: "root", isCopy: false },
  { section: "7.1.4", path: "/etc/group-", mode: 0o644, group: "root", isCopy: true },
  // The hashes of all passwords. Who reads them guesses at home, as fast as he likes; an old copy is as good.
  { section: "7.1.5", path: "/etc/shadow", mode: 0o640, group: "shadow", isCopy: false },
  { section: "7.1.6", path: "/etc/shadow-", mode: 0o640, group: "shadow", isCopy: true },
  // Passwords of groups, the same.
  { section: "7.1.7", path: "/etc/gshadow", mode: 0o640, group: "shadow", isCopy: false },
  { section: "7.1.8", path: "/etc/gshadow-", mode: 0o640, group: "shadow", isCopy: true },
  // A program that is in this list counts as a shell: users may choose it, and some servers let only those in.
  { section: "7.1.9", path: "/etc/shells", mode: 0o644, group: "root", isCopy: false },
  // Old hashes: many people go round among a few passwords.
  { section: "7.1.10", path: "/etc/security/opasswd", mode: 0o600, group: "root", isCopy: true },
] as const;

/**
 * 7.1 System file permissions. Only owner and mode are declared: the content belongs to `user`, `group` and the tools, which
 * keep what is declared here when they replace a file.
 */
export function declareMaintenance({ host, control }: Benchmark): void {
  for (const { section, path, mode, group, isCopy } of FILES) {
    control(section, (meta) => {
      const condition = isCopy ? { condition: [{ file: path }] } : {};
      host.file(path, { mode, owner: "root", group }, { ...meta, ...condition });
    });
  }
}
