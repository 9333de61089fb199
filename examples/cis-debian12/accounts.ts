import type { WrittenMeta } from "holdfast";
import { type Benchmark, metaOf } from "./control.ts";

/** Accounts of Debian's base system: nobody logs in as one of them. (`root` and `sync` are left as they are.) */
const SYSTEM_ACCOUNTS = [
  "daemon",
  "bin",
  "sys",
  "games",
  "man",
  "lp",
  "mail",
  "news",
  "uucp",
  "proxy",
  "www-data",
  "backup",
  "list",
  "irc",
  "_apt",
  "nobody",
];

/** 5.4 User accounts and environment. */
export function declareAccounts(benchmark: Benchmark): void {
  declareAges(benchmark);
  declareSystemAccounts(benchmark);
  declareShells(benchmark);
}

/** 5.4.1 For passwords that are set from now on; those of existing users are the `passwordAge` of a `user`. */
function declareAges({ host, control }: Benchmark): void {
  const setting =
    (path: string, name: string, separator: string, value: string) => (meta: WrittenMeta) => {
      const match = `^\\s*${name}${separator === "=" ? "\\s*=" : "\\s"}`;
      host.line(name, { path, line: `${name}${separator}${value}`, match }, meta);
    };
  const defs = "/etc/login.defs";
  // A password that was copied somewhere is not good for ever.
  control("5.4.1.1", setting(defs, "PASS_MAX_DAYS", " ", "365"));
  // Nobody is surprised by a password that has ended, and makes up a bad one in a hurry.
  control("5.4.1.3", setting(defs, "PASS_WARN_AGE", " ", "7"));
  // Whoever gets the hashes needs long for each guess.
  control("5.4.1.4", setting(defs, "ENCRYPT_METHOD", " ", "YESCRYPT"));
  // An account that nobody uses any more closes by itself.
  control("5.4.1.5", setting("/etc/default/useradd", "INACTIVE", "=", "45"));
}

/**
 * 5.4.2.7 and 5.4.2.8. An account that a service runs as has no shell, so that a hole in the service is not a login; and no
 * password, so that nobody gets in by one. Accounts of packages that came later are those packages' own matter.
 */
function declareSystemAccounts({ host, isOn, control }: Benchmark): void {
  const wanted = ["5.4.2.7", "5.4.2.8"].filter(isOn);
  const shell = wanted.includes("5.4.2.7") ? { shell: "/usr/sbin/nologin" } : {};
  const locked = wanted.includes("5.4.2.8") ? { locked: true } : {};
  if (wanted.length > 0) {
    for (const name of SYSTEM_ACCOUNTS) host.user(name, { ...shell, ...locked }, metaOf(wanted));
  }

  // What root makes is not for everybody unless root says so.
  control("5.4.2.6", (meta) => {
    for (const path of ["/root/.profile", "/root/.bashrc"]) {
      host.file(path, { mode: 0o600, owner: "root", group: "root" }, meta);
      host.line(`umask ${path}`, { path, line: "umask 0027", match: "^\\s*umask\\s" }, meta);
    }
  });
}

/** 5.4.3 What each login shell begins with. */
function declareShells({ host, control }: Benchmark): void {
  const own = { mode: 0o644, owner: "root", group: "root" };
  // A shell that somebody left open on a desk ends by itself.
  control("5.4.3.2", (meta) => {
    const content = "TMOUT=900\nreadonly TMOUT\nexport TMOUT\n";
    host.file("/etc/profile.d/60-cis-timeout.sh", { content, ...own }, meta);
  });
  // Files are not readable by all other users just because nobody thought of it.
  control("5.4.3.3", (meta) => {
    host.file("/etc/profile.d/60-cis-umask.sh", { content: "umask 027\n", ...own }, meta);
    const path = "/etc/login.defs";
    host.line("UMASK", { path, line: "UMASK 027", match: "^\\s*UMASK\\s" }, meta);
  });
}
