import { change, Fault, type KindAction, type WriteContext } from "@holdfast/core";
import { hasChange } from "../attributes/attributes.ts";
import { applyLine } from "../line/apply.ts";
import { declaredText } from "../line/edit.ts";
import { applyPart } from "../rendered-file/rendered-file.ts";
import { missingLocales } from "./available.ts";
import { CONF, DEBIAN_CONF, LISTED } from "./diff.ts";
import { generateLocale } from "./generate.ts";
import type { LocaleObserved } from "./observe.ts";
import type { LocaleSpec } from "./spec.ts";

/**
 * Generates what is missing, if that was asked for, and then sets it: what is set is there.
 * @throws {Fault} UnknownLocale, when something is missing that is not to be, or cannot be, generated.
 */
export async function applyLocale(
  action: KindAction<LocaleSpec, LocaleObserved>,
  context: WriteContext,
): Promise<void> {
  const { spec, observed, changes } = action;
  if (changes.length === 0) return;
  const missing = await stillMissing(spec, context);
  if (missing.length > 0 && spec.generated === undefined) throw unknownLocale(missing);
  if (hasChange(changes, LISTED)) await listLocales(action, context);
  for (const locale of missing) await generateLocale(locale, context);
  if (missing.length > 0) await demandAll(spec, context);
  await applyPart(CONF, { ...action, spec: spec.conf, observed: observed?.conf }, context);
  const debian = { ...action, spec: spec.debianConf, observed: observed?.debianConf };
  await applyPart(DEBIAN_CONF, debian, context);
}

/** Debian makes every locale of its list anew when the C library is replaced, and no other. */
async function listLocales(
  action: KindAction<LocaleSpec, LocaleObserved>,
  context: WriteContext,
): Promise<void> {
  const { spec, observed } = action;
  for (const line of spec.generated ?? []) {
    const text = String(declaredText(line));
    if (observed?.unlisted.includes(text) !== true) continue;
    const changes = [change("line", undefined, text)];
    await applyLine({ ...action, spec: line, observed: undefined, changes }, context);
  }
}

async function demandAll(spec: LocaleSpec, context: WriteContext): Promise<void> {
  const missing = await stillMissing(spec, context);
  if (missing.length > 0) throw unknownLocale(missing);
}

function stillMissing({ locales }: LocaleSpec, { host, signal }: WriteContext) {
  return missingLocales(locales, host.files, signal);
}

function unknownLocale(missing: readonly string[]): Fault {
  return new Fault({
    reason: "UnknownLocale",
    message: `this machine has no ${missing.join(", ")}: programs would fall back to C`,
    resolution:
      "Write generate: true and declare the package locales, or correct the name (locale -a has them).",
  });
}
