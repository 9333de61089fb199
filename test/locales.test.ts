import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { HostWriter } from "@holdfast/core";
import {
  createAccounts,
  createCommands,
  openFiles,
  openPathWatches,
  openRemoteFiles,
  realAccounts,
  realClock as clock,
  realFileCalls,
  sha256,
} from "@holdfast/host";
import { standardKinds } from "@holdfast/resources";
import { checkKind, createSimulatedHost, openRealDirectory } from "@holdfast/testing";

/** The smallest source there is: it takes a quarter of a second. */
const LOCALE = "POSIX.UTF-8";
const SOURCES = "/usr/share/i18n/locales/POSIX";
const missing = fs.existsSync(SOURCES) ? false : "needs the package locales";

test("K10: a locale is generated in another root by the real localedef, and found in its archive", {
  skip: missing,
}, async () => {
  await using directory = openRealDirectory();
  const { root } = directory;
  for (const path of ["etc/default", "usr/lib/locale"]) {
    fs.mkdirSync(join(root, path), { recursive: true });
  }
  fs.writeFileSync(join(root, "etc/locale.gen"), "# a list\n");
  await using remote = openRemoteFiles({ clock });
  await using files = openFiles({ calls: realFileCalls, root, clock, remote });
  const accounts = createAccounts({ clock, root });
  const paths = openPathWatches({ clock, root });
  const host: HostWriter = {
    ...createSimulatedHost({ clock }),
    files,
    paths,
    accounts: realAccounts({ clock, root, files, paths, accounts }),
    // Under a root no command runs but what knows of roots by itself.
    commands: createCommands({ clock, accounts, root, rootExec: "refused" }),
    hash: sha256,
  };
  const rig = { host, tree: directory.tree };
  const input = { generate: true };
  const changes = await checkKind({ kind: standardKinds.locale, name: LOCALE, input }, rig);
  assert.deepEqual(
    changes.slice(0, 2).map(({ path }) => path),
    ["generated", "localeGen"],
  );
  const list = execFileSync("localedef", [`--prefix=${root}`, "--list-archive"]);
  assert.equal(list.toString(), "POSIX.utf8\n");
  assert.match(fs.readFileSync(join(root, "etc/locale.gen"), "utf8"), /^POSIX\.UTF-8 UTF-8$/m);
  assert.match(fs.readFileSync(join(root, "etc/locale.conf"), "utf8"), /^LANG=POSIX\.UTF-8$/m);
});
