import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { dirname, join } from "node:path";
import type { TestHost } from "../test-host.ts";

/** A tiny package that has the name of a real one, and what others expect of it. */
export interface LocalPackage {
  readonly name: string;
  /** Content by path, without the first slash; what is below a `bin` or `sbin` is a program. */
  readonly files?: Readonly<Record<string, string>>;
  /** Targets by path. */
  readonly links?: Readonly<Record<string, string>>;
}

/** Above whatever a package of the machine says that it breaks. */
const VERSION = "9:1.0-1";
/** Where the machine has the packages. */
const SOURCE = "/srv/source";

/** Gives a machine a source of packages, and takes all its other sources. */
export function offerPackages(host: TestHost, packages: readonly LocalPackage[]): void {
  const source = host.at(SOURCE);
  const entries = packages.map((each) => buildPackage(source, each));
  fs.writeFileSync(join(source, "Packages"), entries.join("\n"));
  fs.mkdirSync(host.at("/var/lib/apt/lists/partial"), { recursive: true });
  for (const path of ["/etc/apt/sources.list", "/etc/apt/sources.list.d"]) {
    fs.rmSync(host.at(path), { recursive: true, force: true });
  }
  host.write("/etc/apt/sources.list.d/local.list", `deb [trusted=yes] copy:${SOURCE} ./\n`);
}

/** Builds a package, and returns its paragraph of the index. */
function buildPackage(source: string, { name, files = {}, links = {} }: LocalPackage): string {
  const tree = join(source, "tree");
  const control = controlOf(name);
  for (const [path, content] of Object.entries({ ...files, "DEBIAN/control": control })) {
    fs.mkdirSync(dirname(join(tree, path)), { recursive: true });
    const mode = /(?:^|\/)s?bin\//.test(path) ? 0o755 : 0o644;
    fs.writeFileSync(join(tree, path), content, { mode });
  }
  for (const [path, target] of Object.entries(links)) fs.symlinkSync(target, join(tree, path));
  const file = `${name}.deb`;
  const build = ["-Znone", "--root-owner-group", "--build", tree, join(source, file)];
  execFileSync("dpkg-deb", build, { stdio: "ignore" });
  fs.rmSync(tree, { recursive: true });
  const bytes = fs.readFileSync(join(source, file));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return `${control}Filename: ./${file}\nSize: ${bytes.length}\nSHA256: ${sha256}\n`;
}

function controlOf(name: string): string {
  return [
    `Package: ${name}`,
    `Version: ${VERSION}`,
    "Architecture: all",
    "Maintainer: nobody <nobody@example.org>",
    `Description: stands in for ${name}`,
    "",
  ].join("\n");
}
