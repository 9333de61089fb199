import { type Observation, present, type ReadContext } from "@holdfast/core";
import { type FileObserved, observeFile } from "../file/observe.ts";
import { declaredText } from "../line/edit.ts";
import { observeLine } from "../line/observe.ts";
import { renderedText } from "../rendered-file/rendered-file.ts";
import { missingLocales } from "./available.ts";
import { bindLocale, type LocaleInput, type LocaleSpec, parseLocaleText } from "./spec.ts";

/** By this a machine is a Debian, or of its family. */
const DEBIAN = "/etc/debian_version";

/** What a machine's language is. It has one always, so this is never absent. */
export interface LocaleObserved {
  readonly conf?: FileObserved;
  readonly debianConf?: FileObserved;
  readonly isDebian: boolean;
  /** Locales that are declared, or set now, and are not generated. */
  readonly missing: readonly string[];
  /** Declared locales that Debian would not generate again; none where it has no list of them. */
  readonly unlisted: readonly string[];
}

/** Reads what is set, and which locales there are. */
export async function observeLocale(
  spec: LocaleSpec,
  context: ReadContext,
): Promise<Observation<LocaleObserved>> {
  const { host, signal } = context;
  const alone = { ...context, snapshot: undefined };
  const conf = await observeFile(spec.conf, alone);
  if (conf.type === "unknown") return conf;
  const debianConf = await observeFile(spec.debianConf, alone);
  if (debianConf.type === "unknown") return debianConf;
  const debian = await host.files.read({ path: DEBIAN, content: "none" }, signal);
  if (debian.type === "unknown") return debian;
  const set = conf.type === "present" ? localesIn(conf.value) : [];
  const names = [...new Set([...spec.locales, ...set])];
  return present({
    ...(conf.type === "present" ? { conf: conf.value } : {}),
    ...(debianConf.type === "present" ? { debianConf: debianConf.value } : {}),
    isDebian: debian.type === "present",
    missing: await missingLocales(names, host.files, signal),
    unlisted: await unlistedLocales(spec, context),
  });
}

/** What is set as an author would write it; `undefined` where files differ, say more, or name what is not there. */
export function describeLocale(
  _spec: LocaleSpec,
  { conf, debianConf, isDebian, missing }: LocaleObserved,
): LocaleInput | undefined {
  const text = renderedText(conf);
  const input = text === undefined ? undefined : parseLocaleText(text);
  if (input?.lang === undefined) return undefined;
  let isPossible = true;
  const again = bindLocale(input.lang, input, () => {
    isPossible = false;
  });
  const { content } = again.conf;
  const isSame = content.type === "inline" && content.text === text;
  const isWhole = !isDebian || renderedText(debianConf) === text;
  const isThere = !again.locales.some((locale) => missing.includes(locale));
  return isPossible && isSame && isWhole && isThere ? input : undefined;
}

function localesIn(conf: FileObserved): readonly string[] {
  const { lang, variables = {} } = parseLocaleText(renderedText(conf) ?? "") ?? {};
  return lang === undefined ? [] : [lang, ...Object.values(variables)];
}

/** @throws {Fault} what keeps the list from being read. */
async function unlistedLocales(
  { generated = [] }: LocaleSpec,
  context: ReadContext,
): Promise<readonly string[]> {
  const unlisted: string[] = [];
  for (const line of generated) {
    const found = await observeLine(line, { ...context, snapshot: undefined });
    if (found.type === "unknown") throw found.fault;
    const declared = declaredText(line);
    if (found.type === "present" && found.value.current !== declared) {
      unlisted.push(String(declared));
    }
  }
  return unlisted;
}
