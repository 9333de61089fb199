import type { FileReader, FileReadRequest } from "@holdfast/core";
import { namesIn } from "./owned-paths.ts";

const MASTERS = ["/usr/share/base-passwd/passwd.master", "/usr/share/base-passwd/group.master"];
const SYSUSERS = "/usr/lib/sysusers.d";

/** Names of users and groups that every system has, or that systemd makes for a package (sysusers.d(5)). */
export async function readSystemAccounts(
  files: FileReader,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const declared = (await namesIn(files, SYSUSERS, signal)).filter((name) =>
    name.endsWith(".conf"),
  );
  const paths = [...MASTERS, ...declared.map((name) => `${SYSUSERS}/${name}`)];
  const requests = paths.map((path): FileReadRequest => {
    return { path, content: "bytes", followLink: true };
  });
  const names = new Set<string>(["root", "nobody", "nogroup"]);
  for (const [at, reading] of (await files.readMany(requests, signal)).entries()) {
    if (reading.type !== "present" || reading.value.bytes === undefined) continue;
    const text = new TextDecoder().decode(reading.value.bytes);
    for (const name of at < MASTERS.length ? inMaster(text) : inSysusers(text)) names.add(name);
  }
  return names;
}

function inMaster(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => /^([^:\s]+):/.exec(line)?.[1] ?? []);
}

/** `u name …` makes a user and its group, `g name …` a group. */
function inSysusers(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => /^[ugr]!?\s+"?([^\s"]+)/.exec(line)?.[1] ?? []);
}
