import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packInstalled, type Tarball } from "../../scripts/packages/pack-packages.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const TSC = join(repository, "node_modules/.bin/tsc");

/** The ways in which a compiler may find modules; each with the form of modules that goes with it. */
export const RESOLUTIONS = [
  { module: "node16", moduleResolution: "node16" },
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "esnext", moduleResolution: "bundler" },
] as const;

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  /** Both streams. */
  readonly output: string;
}

/** A project of a user's, outside the repository. It starts empty and knows nothing of ours. */
export class Project implements Disposable {
  readonly directory: string;

  /** Root obeys no source under a directory that others can write, so for root it is not in the usual place. */
  constructor(above = process.geteuid?.() === 0 ? homedir() : tmpdir()) {
    this.directory = fs.mkdtempSync(join(above, ".holdfast-project-"));
    this.write("package.json", '{ "type": "module" }\n');
  }

  /** The path of a name in the project. */
  at(name: string): string {
    return join(this.directory, name);
  }

  /** Writes a file, with the directories above it. */
  write(name: string, text: string): void {
    fs.mkdirSync(dirname(this.at(name)), { recursive: true });
    fs.writeFileSync(this.at(name), text, { mode: 0o644 });
  }

  /**
   * Installs packages of ours, and what they need from what is installed in the repository: no registry is asked, and no
   * cache of npm's has to hold anything.
   */
  install(tarballs: readonly Tarball[]): void {
    const others = packInstalled(neededBy(tarballs), fs.mkdtempSync(this.at("others-")));
    const paths = [...tarballs, ...others].map(({ path }) => path);
    const words = ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    const cache = `--cache=${this.at("cache")}`;
    const { code, output } = this.run("npm", [...words, cache, ...paths]);
    assert.equal(code, 0, output);
  }

  /** Unpacks packages of ours where an installation would put them, beside links to what is installed in the repository. */
  unpack(tarballs: readonly Tarball[]): void {
    for (const { name, path } of tarballs) {
      fs.mkdirSync(this.at(`node_modules/${name}`), { recursive: true });
      const into = ["-C", `node_modules/${name}`, "--strip-components=1"];
      const { code, output } = this.run("tar", ["-xzf", path, ...into]);
      assert.equal(code, 0, output);
    }
    for (const name of neededBy(tarballs)) {
      fs.mkdirSync(dirname(this.at(`node_modules/${name}`)), { recursive: true });
      fs.symlinkSync(join(repository, "node_modules", name), this.at(`node_modules/${name}`));
    }
  }

  /** Compiles files as an empty project does, with nothing but `strict` and a way of finding modules. */
  compile(files: readonly string[], options: (typeof RESOLUTIONS)[number]): Ended {
    const compilerOptions = { strict: true, noEmit: true, target: "es2022", ...options };
    this.write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
    return this.run(TSC, ["-p", "tsconfig.json", "--pretty", "false"]);
  }

  /** Runs a program in the project, with the Node of these tests. */
  run(program: string, args: readonly string[]): Ended {
    const { status, stdout, stderr } = spawnSync(program, [...args], {
      cwd: this.directory,
      encoding: "utf8",
      env: {
        PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
        HOME: this.directory,
      },
      timeout: 50_000,
    });
    return { code: status, output: stdout + stderr };
  }

  [Symbol.dispose](): void {
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Packages of others that these need, and those need, as far as they are installed here: not those for other platforms. */
function neededBy(tarballs: readonly Tarball[]): readonly string[] {
  const ours = new Set(tarballs.map(({ name }) => name));
  const found = new Set<string>();
  const visit = (folder: string): void => {
    const text = fs.readFileSync(join(folder, "package.json"), "utf8");
    const { dependencies, optionalDependencies } = JSON.parse(text) as Record<string, object>;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const installed = join(repository, "node_modules", name);
      if (ours.has(name) || found.has(name) || !fs.existsSync(installed)) continue;
      found.add(name);
      visit(installed);
    }
  };
  for (const name of ours) visit(join(repository, "node_modules", name));
  return [...found];
}
