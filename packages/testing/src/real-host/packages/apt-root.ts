import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PackageImage } from "@holdfast/host";
import { UNIVERSE } from "../../package-laws/package-subject.ts";
import { type DebianDatabase, makeDebianDatabase, nativeArchitecture } from "./debian-database.ts";
import {
  type BuiltPackages,
  type DebianSource,
  makeDebianSource,
  SWITCHES,
} from "./debian-source.ts";

/** A real apt and dpkg that work in a root, with a database and a source of their own, in which nothing is installed. */
export interface AptRoot extends Disposable {
  readonly root: string;
  /** A directory beside the root, which goes away with this. */
  readonly base: string;
  readonly source: DebianSource;
  readonly database: DebianDatabase;
  /** How the tools are led into the root; `undefined` where it is the machine itself. */
  readonly image: PackageImage | undefined;
  /** Of the tools. */
  readonly environment: Readonly<Record<string, string>>;
  /** Fetches the lists. */
  update(): void;
}

/** Makes one in `root`; default: a directory beside the source, which goes away too. */
export function makeAptRoot(options: {
  readonly root?: string;
  readonly built: BuiltPackages;
}): AptRoot {
  const base = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "holdfast-apt-")));
  const root = options.root ?? join(base, "root");
  const source = makeDebianSource(join(base, "source"), options.built);
  const database = makeDebianDatabase(root);
  for (const { name } of UNIVERSE) fs.rmSync(join(root, `etc/${name}.conf`), { force: true });
  for (const path of Object.values(SWITCHES)) {
    fs.rmSync(join(root, path), { recursive: true, force: true });
    fs.mkdirSync(join(root, path), { recursive: true });
  }
  const image = root === "/" ? undefined : imageOf(root, base);
  configure(root, base, image);
  const environment = { ...image?.environment, PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };
  const update = (): void =>
    void execFileSync("apt-get", ["-qq", "update"], { env: environment, stdio: "ignore" });
  update();
  return {
    root,
    base,
    source,
    database,
    image,
    environment,
    update,
    [Symbol.dispose]: () => fs.rmSync(base, { recursive: true, force: true }),
  };
}

/** apt and dpkg are led into the root; scripts of packages run outside of it, because there is no shell in it. */
function imageOf(root: string, base: string): PackageImage {
  const options = [`--root=${root}`, `--log=${root}/var/log/dpkg.log`];
  return {
    environment: { APT_CONFIG: join(base, "apt.conf") },
    options: [...options, "--force-script-chrootless", "--force-unsafe-io", "--force-not-root"],
  };
}

function configure(root: string, base: string, image: PackageImage | undefined): void {
  const apt = join(root, "etc/apt");
  fs.rmSync(apt, { recursive: true, force: true });
  for (const name of ["apt.conf.d", "preferences.d", "sources.list.d", "trusted.gpg.d"]) {
    fs.mkdirSync(join(apt, name), { recursive: true });
  }
  fs.writeFileSync(
    join(apt, "sources.list"),
    `deb [trusted=yes] copy:${join(base, "source")} ./\n`,
  );
  const native = nativeArchitecture();
  const common = [
    `APT::Architecture "${native}"; APT::Architectures { "${native}"; "i386"; };`,
    'APT::Sandbox::User "root"; Acquire::Languages "none";',
  ];
  if (image === undefined) {
    fs.writeFileSync(join(apt, "apt.conf.d/laws"), `${common.join("\n")}\n`);
    return;
  }
  const led = [
    `Dir "${root}"; Dir::State::status "${root}/var/lib/dpkg/status";`,
    'Dir::Bin::dpkg "/usr/bin/dpkg"; Dir::Bin::Methods "/usr/lib/apt/methods";',
    `DPkg::Options { ${image.options.map((option) => `"${option}";`).join(" ")} };`,
  ];
  fs.writeFileSync(join(base, "apt.conf"), `${[...led, ...common].join("\n")}\n`);
}
