import { ARCHIVE, LOCALES } from "./available.ts";
import { LOCALE_GEN, type LocaleSpec } from "./spec.ts";

/** What is set, what is there, and what Debian makes again. */
export function watchedPathsOfLocale(spec: LocaleSpec): readonly string[] {
  const { conf, debianConf, generated } = spec;
  const set = [conf.path, debianConf.path, LOCALES, ARCHIVE];
  return generated === undefined ? set : [...set, LOCALE_GEN];
}
