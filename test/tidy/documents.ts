import type { Rule, Violation } from "./rule.ts";

const README_LINES = 120;
const CHANGELOG_ENTRY_LINES = 60;
const REQUIRED = ["README.md", "ARCHITECTURE.md", "STYLE.md", "CHANGELOG.md"];

/** The first pages stay short enough to be read. */
export const documentSizes: Rule = {
  name: "README and CHANGELOG stay short",
  check: ({ texts }) => {
    const missing = REQUIRED.filter((path) => !texts.has(path)).map((path) =>
      at(path, 1, "is missing"),
    );
    const readme = texts.get("README.md")?.split("\n").length ?? 0;
    const tooLong = `${readme} lines, at most ${README_LINES}: move the details to docs/guide`;
    return [
      ...missing,
      ...(readme > README_LINES ? [at("README.md", 1, tooLong)] : []),
      ...checkEntries(texts.get("CHANGELOG.md") ?? ""),
    ];
  },
};

/** The lock file names no machine: whoever installs has a registry of their own. */
export const lockWithoutHosts: Rule = {
  name: "package-lock.json names no registry",
  check: ({ texts }) =>
    [...texts]
      .filter(([path]) => path.endsWith("package-lock.json"))
      .flatMap(([path, text]) =>
        text.split("\n").flatMap((line, index) => {
          const message = "names a host: install with omit-lockfile-registry-resolved (.npmrc)";
          return /"resolved": "(?:https?|git)/.test(line) ? [at(path, index + 1, message)] : [];
        }),
      ),
};

/** `npm ci` refuses a lock file in which an optional dependency is missing, be it for another platform. */
export const completeLock: Rule = {
  name: "package-lock.json has every optional dependency",
  check: ({ texts }) => {
    const lock: unknown = JSON.parse(texts.get("package-lock.json") ?? "{}");
    const packages = recordOf(lock, "packages");
    const missing = Object.values(packages)
      .flatMap((entry) => Object.keys(recordOf(entry, "optionalDependencies")))
      .filter((name) => !Object.hasOwn(packages, `node_modules/${name}`));
    const message = `lacks ${missing.join(", ")}: run node scripts/complete-lock.ts`;
    return missing.length === 0 ? [] : [at("package-lock.json", 1, message)];
  },
};

/** A link of one page to another leads somewhere. */
export const liveLinks: Rule = {
  name: "links between pages lead somewhere",
  check: ({ texts }) =>
    [...texts]
      .filter(([path]) => path.endsWith(".md"))
      .flatMap(([path, text]) =>
        text.split("\n").flatMap((line, index) =>
          linksIn(line)
            .filter((target) => !leadsSomewhere(path, target, texts))
            .map((target) => at(path, index + 1, `the link ${target} leads nowhere`)),
        ),
      ),
};

function checkEntries(changelog: string): readonly Violation[] {
  let line = 1;
  return changelog.split(/^(?=## )/m).flatMap((entry) => {
    const first = line;
    const count = entry.split("\n").length - 1;
    line += count;
    if (count <= CHANGELOG_ENTRY_LINES) return [];
    return [at("CHANGELOG.md", first, `an entry of ${count} lines: say what changed for a user`)];
  });
}

function linksIn(line: string): readonly string[] {
  return [...line.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? "")
    .filter((target) => !/^(?:[a-z]+:|#)/.test(target));
}

function leadsSomewhere(from: string, target: string, texts: ReadonlyMap<string, string>): boolean {
  const { pathname } = new URL(target, `file:///${from}`);
  const path = decodeURIComponent(pathname.slice(1)).replace(/\/$/, "");
  if (!/\.(?:ts|js|md)$/.test(path)) return [...texts.keys()].some((each) => each.startsWith(path));
  return texts.has(path);
}

function recordOf(value: unknown, field: string): Readonly<Record<string, unknown>> {
  const inner: unknown = Object(value) === value ? Reflect.get(Object(value), field) : undefined;
  return typeof inner === "object" && inner !== null ? { ...inner } : {};
}

function at(path: string, line: number, message: string): Violation {
  return { path, line, message };
}
