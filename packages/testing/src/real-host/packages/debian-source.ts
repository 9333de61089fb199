import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "@holdfast/host";
import type { OfferedPackage } from "../../simulated-host/package-resolution.ts";

/** A flat source of tiny packages for apt, in a directory. */
export interface DebianSource {
  readonly directory: string;
  /** The package file of something that was published. */
  fileOf(offer: Pick<OfferedPackage, "name" | "version" | "architecture">): string;
  publish(offers: readonly OfferedPackage[]): void;
}

/**
 * The directories that the scripts of the packages read inside their root: while a file of a package's name is in the
 * first directory, its script fails; while one is in the second, it does not end; into the third it writes its
 * environment. A script that is given any input fails.
 */
export const SWITCHES = {
  failing: "srv/laws/failing",
  stalled: "srv/laws/stalled",
  environment: "srv/laws/environment",
} as const;

/** Packages that were built before, to be copied: building one takes some milliseconds. */
export interface BuiltPackages extends Disposable {
  readonly directory: string;
  readonly offers: readonly OfferedPackage[];
}

/** Builds packages once for many sources. */
export function buildPackages(offers: readonly OfferedPackage[]): BuiltPackages {
  const directory = fs.mkdtempSync(join(tmpdir(), "holdfast-debs-"));
  makeDebianSource(directory).publish(offers);
  return { directory, offers, [Symbol.dispose]: () => fs.rmSync(directory, { recursive: true }) };
}

/** Makes a source, with what was built before in it. */
export function makeDebianSource(directory: string, built?: BuiltPackages): DebianSource {
  fs.mkdirSync(directory, { recursive: true });
  if (built !== undefined) fs.cpSync(built.directory, directory, { recursive: true });
  const index = join(directory, "Packages");
  return {
    directory,
    fileOf: (offer) => join(directory, fileName(offer)),
    publish(offers) {
      const known = fs.existsSync(index) ? fs.readFileSync(index, "utf8") : "";
      const stanzas = offers.map((offer) => `${build(directory, offer)}\n`);
      // Replaced whole, so that apt never reads half of it.
      fs.writeFileSync(`${index}.new`, known + stanzas.join(""));
      fs.renameSync(`${index}.new`, index);
    },
  };
}

function build(directory: string, offer: OfferedPackage): string {
  const { name, version, conffile } = offer;
  const tree = join(directory, "tree");
  const file = fileName(offer);
  const control = controlOf(offer);
  write(join(tree, "DEBIAN/control"), control);
  write(join(tree, `usr/share/${name}/version`), `${version}\n`);
  if (conffile !== undefined) {
    write(join(tree, `etc/${name}.conf`), conffile);
    write(join(tree, "DEBIAN/conffiles"), `/etc/${name}.conf\n`);
  }
  write(join(tree, "DEBIAN/postinst"), script(name), 0o755);
  execFileSync(
    "dpkg-deb",
    ["-Znone", "--root-owner-group", "--build", tree, join(directory, file)],
    {
      stdio: "ignore",
    },
  );
  fs.rmSync(tree, { recursive: true });
  const bytes = fs.readFileSync(join(directory, file));
  return `${control}Filename: ./${file}\nSize: ${bytes.length}\nSHA256: ${sha256.sha256(bytes)}\n`;
}

function fileName({
  name,
  version,
  architecture = "all",
}: Pick<OfferedPackage, "name" | "version" | "architecture">): string {
  return `${name}_${version}_${architecture}.deb`;
}

function controlOf(offer: OfferedPackage): string {
  const { name, version, architecture = "all" } = offer;
  const list = (field: string, names: readonly string[] | undefined): string =>
    names === undefined ? "" : `${field}: ${names.join(", ")}\n`;
  return [
    `Package: ${name}\nVersion: ${version}\nArchitecture: ${architecture}\n`,
    "Maintainer: Laws <laws@example.org>\nDescription: for a law\n",
    list("Depends", offer.depends),
    list("Recommends", offer.recommends),
    list("Conflicts", offer.conflicts),
    list("Provides", offer.provides),
  ].join("");
}

/** dpkg tells a script that runs outside of its root where that is. */
function script(name: string): string {
  const at = (path: string): string => `"${"${DPKG_ROOT:-}"}/${path}/${name}"`;
  return [
    "#!/bin/sh",
    `env > ${at(SWITCHES.environment)}`,
    "if read -r line; then exit 4; fi",
    `while [ -e ${at(SWITCHES.stalled)} ]; do sleep 0.02; done`,
    `if [ -e ${at(SWITCHES.failing)} ]; then echo "${name} does not like it here"; exit 3; fi`,
    "",
  ].join("\n");
}

function write(path: string, text: string, mode = 0o644): void {
  fs.mkdirSync(join(path, ".."), { recursive: true });
  fs.writeFileSync(path, text, { mode });
}
