/**
 * Adds to package-lock.json the optional dependencies that npm left out. Run it after `npm install` when tidy says so.
 *
 * A registry that mirrors only some platforms has no answer for the binaries of others. npm leaves those out of the lock
 * file, and then `npm ci` refuses the lock file because they are missing. Version and platform say enough to skip them.
 */
import { readFileSync, writeFileSync } from "node:fs";

/** An entry of the lock file, as far as it is used here. */
interface LockEntry {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly dev?: boolean;
}

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8")) as { packages: Record<string, LockEntry> };

for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    lock.packages[`node_modules/${name}`] ??= {
      version,
      ...platformOf(name),
      ...(entry.dev === true ? { dev: true } : {}),
      optional: true,
    } as LockEntry;
  }
}
const [[root, rootEntry] = ["", {}], ...others] = Object.entries(lock.packages);
others.sort(([one], [other]) => (one < other ? -1 : 1));
lock.packages = Object.fromEntries([[root, rootEntry], ...others]);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);

/** The platform that such packages carry in their names, e.g. `cli-linux-x64-musl`. */
function platformOf(name: string): object {
  const words = name.split(/[/-]/);
  const os = words.find((word) =>
    /^(?:android|darwin|freebsd|linux|openharmony|win32)$/.test(word),
  );
  const cpu = words.find((word) => /^(?:arm|arm64|ia32|ppc64|riscv64|s390x|x64)$/.test(word));
  const libc = words.find((word) => /^(?:gnu|musl)/.test(word));
  return {
    ...(cpu === undefined ? {} : { cpu: [cpu] }),
    ...(libc === undefined || os !== "linux"
      ? {}
      : { libc: [libc.startsWith("musl") ? "musl" : "glibc"] }),
    ...(os === undefined ? {} : { os: [os] }),
  };
}
