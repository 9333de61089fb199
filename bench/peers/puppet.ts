import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Policy } from "../policy.ts";
import type { Peer } from "./peer.ts";

/** Puppet by Debian's package `puppet-agent`: writes beside and renames, with two syncs a file. */
export const puppet: Peer = {
  name: "Puppet",
  program: "puppet",
  prepare({ root, files }: Policy, scratch: string): readonly string[] {
    const folder = join(scratch, "puppet");
    mkdirSync(folder, { recursive: true });
    const manifest = join(folder, "site.pp");
    const resources = files.map(
      ({ name, content }) =>
        `file { '${root}${name}': ensure => file, mode => '0644', content => "${content.replace("\n", "\\n")}" }`,
    );
    writeFileSync(manifest, `${resources.join("\n")}\n`);
    const directories = ["--confdir", join(folder, "conf"), "--vardir", join(folder, "var")];
    return ["puppet", "apply", ...directories, "--rundir", join(folder, "run"), manifest];
  },
};
