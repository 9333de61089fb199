import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";
import type { FileSpec } from "../file/spec.ts";
import { bindLine, type LineSpec } from "../line/spec.ts";
import { RENDERED_HEADER, renderedFile } from "../rendered-file/rendered-file.ts";
import { isBuiltIn, isLocaleName, sourceOfLocale } from "./locale-name.ts";

/** What systemd gives to services and logins (locale.conf(5)). */
const CONF = "/etc/locale.conf";
/** What PAM gives to logins on Debian; a link to the other one in later versions. */
const DEBIAN_CONF = "/etc/default/locale";
/** What Debian generates again when the C library is replaced. */
export const LOCALE_GEN = "/etc/locale.gen";

/** Every category of locale(7). LC_ALL is for single commands: locale.conf(5) does not know it. */
const CATEGORIES: ReadonlySet<string> = new Set(
  [
    "ADDRESS",
    "COLLATE",
    "CTYPE",
    "IDENTIFICATION",
    "MEASUREMENT",
    "MESSAGES",
    "MONETARY",
    "NAME",
    "NUMERIC",
    "PAPER",
    "TELEPHONE",
    "TIME",
  ].map((category) => `LC_${category}`),
);

/** What an author writes under `spec` of a locale. */
export const localeSchema = z.strictObject({
  lang: z.optional(
    z.string().check(z.describe("LANG, as in de_DE.UTF-8. Default: the name of the resource.")),
  ),
  variables: z.optional(
    z
      .record(z.string(), z.string())
      .check(z.describe("Categories with a locale of their own: LC_TIME, LC_MESSAGES …")),
  ),
  generate: z.optional(
    z
      .boolean()
      .check(z.describe("Generate what is missing, of UTF-8. Default: false, it is refused.")),
  ),
});

/** What an author writes under `spec` of a locale. */
export type LocaleInput = z.infer<typeof localeSchema>;

/** In which language and country a machine speaks. */
export interface LocaleSpec {
  /** All that the variables name, each once. */
  readonly locales: readonly string[];
  readonly conf: FileSpec;
  /** Where the machine is a Debian. */
  readonly debianConf: FileSpec;
  /** What Debian is to generate again: lines of /etc/locale.gen, where there is one. `undefined`: nothing is generated. */
  readonly generated?: readonly LineSpec[];
}

/** Joins the resource's name and input. */
export function bindLocale(name: string, input: LocaleInput, report: BindReport): LocaleSpec {
  const { variables = {}, lang = name } = input;
  checkLocale(lang, input.lang === undefined ? "" : "lang", report);
  for (const [category, locale] of Object.entries(variables)) {
    const field = `variables.${category}`;
    if (!CATEGORIES.has(category)) {
      const known = [...CATEGORIES].join(", ");
      report(field, "not a category", `"${category}" is none of ${known}`);
    }
    checkLocale(locale, field, report);
  }
  const locales = [...new Set([lang, ...Object.values(variables)])];
  const text = localeText({ lang, variables });
  const generated = input.generate === true ? bindGenerated(locales, report) : undefined;
  return {
    locales,
    conf: renderedFile({ path: CONF, text }, report),
    debianConf: { ...renderedFile({ path: DEBIAN_CONF, text }, report), followLink: true },
    ...(generated === undefined ? {} : { generated }),
  };
}

/** The text of both files. */
export function localeText({
  lang,
  variables,
}: {
  readonly lang: string;
  readonly variables: Readonly<Record<string, string>>;
}): string {
  const lines = Object.entries(variables)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([category, locale]) => `${category}=${locale}\n`);
  return `${RENDERED_HEADER}LANG=${lang}\n${lines.join("")}`;
}

/** What such a text says in fields. */
export function parseLocaleText(text: string): LocaleInput | undefined {
  const pairs = [...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, key = "", value = ""]) => [
    key,
    value,
  ]);
  const { LANG: lang, ...variables } = Object.fromEntries(pairs) as Record<string, string>;
  if (lang === undefined) return undefined;
  return Object.keys(variables).length === 0 ? { lang } : { lang, variables };
}

function bindGenerated(locales: readonly string[], report: BindReport): readonly LineSpec[] {
  const made = locales.filter((locale) => !isBuiltIn(locale));
  for (const locale of made.filter((each) => sourceOfLocale(each) === undefined)) {
    const detail = `${locale} is not of UTF-8, and no other is generated: write ${locale.split(/[.@]/, 1)[0]}.UTF-8, or leave generate out`;
    report("generate", "not generated", detail);
  }
  return made.map((locale) => {
    const line = `${locale} UTF-8`;
    const match = `^[#\\s]*${locale.replaceAll(".", "\\.")}\\s+UTF-8\\s*$`;
    return bindLine(locale, { path: LOCALE_GEN, line, match }, report);
  });
}

function checkLocale(locale: string, field: string, report: BindReport): void {
  if (isLocaleName(locale)) return;
  report(field, "not a locale", `"${locale}" is no name of a locale: write it as in de_DE.UTF-8`);
}
