import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Policy } from "../policy.ts";
import type { Peer } from "./peer.ts";

/**
 * CFEngine 3 by Debian's package `cfengine3`, without its locks (`-K`): they alone triple its time. It writes in place
 * and does not sync, so it promises less than what it is compared with.
 */
export const cfengine: Peer = {
  name: "CFEngine",
  program: "cf-agent",
  prepare(policy: Policy, scratch: string): readonly string[] {
    const workdir = join(scratch, "cfengine");
    for (const folder of ["", "inputs", "outputs", "state", "ppkeys", "bin", "modules"]) {
      mkdirSync(join(workdir, folder), { recursive: true, mode: 0o700 });
    }
    // The agent has its policy checked by this program, once for every change of it.
    const checker = join(workdir, "bin", "cf-promises");
    if (!existsSync(checker)) symlinkSync("/usr/bin/cf-promises", checker);
    const path = join(workdir, "inputs", "promises.cf");
    if (!existsSync(path)) writeFileSync(path, policyText(policy), { mode: 0o600 });
    return ["cf-agent", "--no-lock", "--workdir", workdir, "--file", path];
  },
};

function policyText({ root, files }: Policy): string {
  const promises = files.map(
    ({ name, content }) =>
      `    "${root}${name}" create => "true", content => "${content.replace("\n", "$(const.n)")}", perms => m644;`,
  );
  return [
    'body common control { bundlesequence => { "main" }; }',
    'body perms m644 { mode => "644"; rxdirs => "false"; }',
    "bundle agent main",
    "{",
    "  files:",
    ...promises,
    "}",
    "",
  ].join("\n");
}
