import { packageOf, resolveRelative } from "./imports.ts";
import { type Repository, type SourceFile, shortName } from "./repository.ts";
import { type Rule, type Violation, violation } from "./rule.ts";

/** The packages of ours that each may import; what is not named here composes and may import any library. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  daemonkit: [],
  engine: ["core"],
  ledger: ["core", "daemonkit"],
  trust: ["core"],
  resources: ["core"],
  // What any daemon needs of the machine is in the kit once: locks, own directories, the clock, a dial.
  host: ["core", "daemonkit"],
  fleet: ["core"],
  providerkit: ["core"],
  // The simulated kernel runs the host's own algorithms, the simulated disk takes the calls of the kit's log.
  testing: ["core", "daemonkit", "host"],
};
/** Composers, and the composers they must not know. */
const OUTSIDERS: Readonly<Record<string, readonly string[]>> = {
  agent: ["hub", "simulator"],
  hub: ["agent", "simulator"],
  simulator: [],
};
const USES_NODE = /^(?:host|trust|daemonkit|fleet|providers\/.*|agent|hub|apps\/.*)$/;
/** The laws that `testing` exports are registered with node's test runner. */
const TESTING_MODULES = /^node:(?:test|assert(?:\/strict)?)$/;

/** The one folder of `testing` that touches the machine: it makes temporary directories and plays the others in them. */
const TESTING_REAL_HOST = "packages/testing/src/real-host/";
const TESTING_REAL_MODULES = /^node:(?:child_process|fs|os|path)$/;

/** Who may import whom. */
export const importTable: Rule = {
  name: "imports follow the table of packages",
  check: (repository) => repository.files.flatMap((file) => checkFile(file, repository)),
};

function checkFile(file: SourceFile, repository: Repository): readonly Violation[] {
  return file.imports.flatMap(({ specifier, start }) => {
    const message = specifier.startsWith(".")
      ? checkRelative(file, specifier)
      : (checkOurs(file, specifier, repository) ?? checkOutside(file, specifier));
    return message === undefined ? [] : [violation(file, start, message)];
  });
}

function checkRelative(file: SourceFile, specifier: string): string | undefined {
  const target = resolveRelative(file.path, specifier);
  const folder = file.package?.folder;
  if (/\/src\/(?:.*\/)?testing\//.test(target) && !file.isTest) {
    return `imports ${specifier}: what tests share is for tests`;
  }
  if (folder !== undefined && !target.startsWith(`${folder}/`)) {
    return `leaves its package: import the package by its name, not ${specifier}`;
  }
  if (folder === undefined && /^(?:packages|apps)\//.test(target)) {
    return `reaches into a package: import it by its name, not ${specifier}`;
  }
  return undefined;
}

function checkOurs(
  file: SourceFile,
  specifier: string,
  repository: Repository,
): string | undefined {
  const target = repository.packages.find(({ name }) => name === packageOf(specifier));
  if (target === undefined) return undefined;
  if (target === file.package) return `imports its own package: import the file that defines it`;
  const to = shortName(target);
  if (to.startsWith("apps/")) {
    if (file.path.startsWith("examples/")) return undefined;
    return `imports the app ${target.name}: nothing does; move what you need into a package`;
  }
  if (file.package === undefined) return undefined;
  const from = shortName(file.package);
  if (to === "testing") {
    return file.isTest || from === "simulator"
      ? undefined
      : `imports testing: only tests (*.test.ts) and the simulator do`;
  }
  if (from.startsWith("apps/")) return undefined;
  return mayImport(from, to)
    ? undefined
    : `${from} may not import ${to}: pass it in as a port from core, or move the code`;
}

function mayImport(from: string, to: string): boolean {
  const allowed = ALLOWED[from] ?? (from.startsWith("providers/") ? ["core"] : undefined);
  if (allowed !== undefined) return allowed.includes(to);
  return !(OUTSIDERS[from] ?? []).includes(to);
}

function checkOutside(file: SourceFile, specifier: string): string | undefined {
  if (file.package === undefined || file.isTest) return undefined;
  const from = shortName(file.package);
  if (specifier.startsWith("node:") && !USES_NODE.test(from)) {
    if (from === "testing" && TESTING_MODULES.test(specifier)) return undefined;
    if (file.path.startsWith(TESTING_REAL_HOST) && TESTING_REAL_MODULES.test(specifier)) {
      return undefined;
    }
    return `${from} may not import ${specifier}: ask for it through a port and give it in host`;
  }
  if (specifier.startsWith("@nats-io/") && from !== "fleet") {
    return `only fleet may import ${specifier}: add what you need to @holdfast/fleet`;
  }
  return undefined;
}
