import type { FileReader } from "@holdfast/core";
import { infoNames, readTexts } from "./owned-paths.ts";

/** What the scripts of packages do when they are installed or removed, as far as their texts tell. */
export interface PackageScripts {
  /**
   * The package one of whose scripts names this path; `undefined`: none does.
   * @param target of a link: the script names that too.
   */
  ofPath(path: string, target?: string): string | undefined;
  /** The package one of whose scripts makes accounts and names this one. */
  ofAccount(name: string): string | undefined;
  /** The package one of whose scripts enables this unit by itself, without a record. */
  ofUnit(unit: string): string | undefined;
}

interface Script {
  readonly name: string;
  readonly text: string;
}

const SCRIPT = /\.(?:postinst|preinst|config)$/;
const MAKES_ACCOUNTS = /\b(?:adduser|useradd|addgroup|groupadd|systemd-sysusers)\b/;
const ENABLES = /\bsystemctl\b[^\n;|&]*?\benable\s+([^\n;|&]+)/g;

/** Reads the scripts of all packages once; each question is answered out of them. */
export async function readPackageScripts(
  files: FileReader,
  signal: AbortSignal,
): Promise<PackageScripts> {
  const names = (await infoNames(files, signal)).filter((name) => SCRIPT.test(name));
  const texts = await readTexts(files, names, signal);
  const scripts = names.map((file, position) => {
    return { name: file.replace(/(?::[a-z0-9-]+)?\.[a-z]+$/, ""), text: texts[position] ?? "" };
  });
  return scriptsOver(scripts);
}

/** The same, of texts that were read. */
export function scriptsOver(scripts: readonly Script[]): PackageScripts {
  const accountScripts = scripts.filter(({ text }) => MAKES_ACCOUNTS.test(text));
  const enabled = new Map(scripts.flatMap(unitsEnabledIn));
  return {
    ofPath: (path, target = path) =>
      scripts.find(({ text }) => names(text, path) && names(text, target))?.name,
    ofAccount: (account) => accountScripts.find(({ text }) => names(text, account))?.name,
    ofUnit: (unit) => enabled.get(unit),
  };
}

function unitsEnabledIn({ name, text }: Script): readonly (readonly [string, string])[] {
  return [...text.matchAll(ENABLES)].flatMap(([, words = ""]) =>
    words.split(/[\s"']+/).flatMap((word) => {
      return /^[\w@:.\\-]+\.[a-z]+$/.test(word) ? [[word, name] as const] : [];
    }),
  );
}

/** Whether a text has these words and they are not a part of longer ones. */
function names(text: string, words: string): boolean {
  const isPath = words.startsWith("/");
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const before = text.charAt(at - 1);
    const after = text.slice(at + words.length, at + words.length + 2);
    // A variable may stand before a path: $DPKG_ROOT/etc/profile.
    if ((isPath || !/[\w.@/-]/.test(before)) && !/^(?:[\w/-]|\.\w)/.test(after)) return true;
  }
  return false;
}
