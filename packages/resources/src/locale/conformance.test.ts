import { type KindSample, kindConformance, type Operation } from "@holdfast/testing";
import fc from "fast-check";
import { localeKind } from "./kind.ts";
import { localeText, type LocaleInput } from "./spec.ts";

const CONF = "/etc/locale.conf";
const DEFAULT = "/etc/default/locale";
const LOCALES = "/usr/lib/locale";
const GERMAN = "de_DE.UTF-8";
const ENGLISH = "en_US.UTF-8";

const needs: readonly Operation[] = [
  { type: "directory", path: "/etc/default" },
  { type: "remove", path: CONF },
  { type: "remove", path: DEFAULT },
  { type: "directory", path: `${LOCALES}/de_DE.utf8` },
  { type: "directory", path: `${LOCALES}/en_US.utf8` },
];
const start = fc.constantFrom<Operation>(
  write("/etc/debian_version", "12.9\n"),
  write(CONF, localeText({ lang: GERMAN, variables: {} })),
  write(CONF, localeText({ lang: "C.UTF-8", variables: { LC_TIME: ENGLISH } })),
  write(CONF, localeText({ lang: "fr_FR.UTF-8", variables: {} })),
  write(CONF, "LANG=C"),
  write(DEFAULT, localeText({ lang: GERMAN, variables: {} })),
  write(DEFAULT, "LANG=C\n"),
  { type: "symlink", path: DEFAULT, target: "../locale.conf" },
  { type: "chmod", path: CONF, mode: 0o600 },
);
const granted: fc.Arbitrary<KindSample<LocaleInput>> = fc.record({
  name: fc.constant(GERMAN),
  input: fc.constantFrom<LocaleInput>(
    {},
    { variables: { LC_MESSAGES: ENGLISH, LC_COLLATE: "C" } },
    { lang: "C.UTF-8" },
    { generate: true },
  ),
  needs: fc.constant(needs),
  before: fc.array(start, { maxLength: 3 }),
  // First the one file, then the other.
  isStepwise: fc.constant(true),
});
const refused: fc.Arbitrary<KindSample<LocaleInput>> = fc.record({
  name: fc.constant(GERMAN),
  input: fc.constant<LocaleInput>({}),
  needs: fc.constant(needs),
  before: fc.tuple(
    fc.constantFrom<Operation>(
      { type: "remove", path: LOCALES },
      { type: "rename", path: `${LOCALES}/de_DE.utf8`, to: `${LOCALES}/de_DE` },
    ),
  ),
  refused: fc.constant("UnknownLocale" as const),
});

kindConformance(localeKind, {
  samples: fc.oneof({ weight: 6, arbitrary: granted }, refused),
  troubledCalls: 8,
  onReal: { runs: 8, troubledCalls: 6, tampers: 40 },
  tampers({ input: { lang, generate }, before }) {
    const isDebian = before.some((operation) => "path" in operation && isVersion(operation.path));
    const onDebian: readonly Operation[] = [
      { type: "remove", path: DEFAULT },
      write(DEFAULT, "LANG=C\n"),
    ];
    const ofData: readonly Operation[] = [
      { type: "remove", path: LOCALES },
      { type: "remove", path: `${LOCALES}/de_DE.utf8` },
    ];
    return fc.constantFrom<Operation>(
      write(CONF, "LANG=C\n"),
      { type: "replace", path: CONF, content: "" },
      { type: "remove", path: CONF },
      { type: "chmod", path: CONF, mode: 0o666 },
      ...(isDebian ? onDebian : []),
      // It would be generated, by a program of this machine.
      ...(lang === undefined && generate !== true ? ofData : []),
    );
  },
});

function isVersion(path: string): boolean {
  return path === "/etc/debian_version";
}

function write(path: string, content: string): Operation {
  return { type: "write", path, content };
}
