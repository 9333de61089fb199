import { type Change, change } from "@holdfast/core";
import { fingerprintFile } from "../file/diff.ts";
import type { FileObserved } from "../file/observe.ts";
import { diffPart } from "../rendered-file/rendered-file.ts";
import type { LocaleObserved } from "./observe.ts";
import type { LocaleSpec } from "./spec.ts";

/** The part that systemd reads. */
export const CONF = "conf";
/** The part that Debian's PAM reads. */
export const DEBIAN_CONF = "default";
/** Data of locales that is not there. */
export const GENERATED = "generated";
/** Lines of /etc/locale.gen. */
export const LISTED = "localeGen";

/** Compares what is set with a spec. A locale that is set and not there is C to every program, so that is a change. */
export function diffLocale(
  { locales, conf, debianConf, generated }: LocaleSpec,
  observed: LocaleObserved | undefined,
): readonly Change[] {
  const missing = locales.filter((locale) => observed?.missing.includes(locale) !== false);
  const unlisted = generated === undefined ? [] : (observed?.unlisted ?? []);
  return [
    ...changeOf(GENERATED, missing),
    ...changeOf(LISTED, unlisted),
    ...diffPart(CONF, conf, observed?.conf),
    ...(observed?.isDebian === true ? diffPart(DEBIAN_CONF, debianConf, observed.debianConf) : []),
  ];
}

/** What is set, and what of it is not there, as a short text. */
export function fingerprintLocale(observed: LocaleObserved): string {
  const { conf, debianConf, isDebian, missing, unlisted } = observed;
  const files = [conf, debianConf].map((file: FileObserved | undefined) =>
    file === undefined ? null : fingerprintFile(file),
  );
  return JSON.stringify([...files, isDebian, missing, unlisted]);
}

function changeOf(path: string, wanted: readonly string[]): readonly Change[] {
  return wanted.length === 0 ? [] : [change(path, undefined, wanted.join(", "))];
}
