import { type CommandResult, commandFault, type WriteContext } from "@holdfast/core";
import { MINIMAL_ENVIRONMENT } from "../command/environment.ts";
import { sourceOfLocale } from "./locale-name.ts";

/** A locale takes a second or two; on a small busy machine a minute. */
const TIMEOUT_MS = 300_000;
/** Warnings alone: the locale is there (localedef(1)). */
const SUCCESS: ReadonlySet<number | undefined> = new Set([0, 1]);

/**
 * Generates one locale of UTF-8 beside those that are there. It is localedef and not locale-gen: that generates all of its
 * list, tells of no failure, and knows no other root.
 * @throws {Fault} CommandNotFound; UnknownLocale, when its source is not there; OutcomeUnknown.
 */
export async function generateLocale(
  locale: string,
  { host, signal, progress }: WriteContext,
): Promise<CommandResult> {
  const source = sourceOfLocale(locale) ?? locale;
  const request = {
    argv: ["localedef", "-i", source, "-c", "-f", "UTF-8", locale],
    env: MINIMAL_ENVIRONMENT,
    timeoutMs: TIMEOUT_MS,
    // Cut off, it may leave an archive that is half written.
    onAbort: "finish",
    rootOption: "--prefix",
    faults: {
      other: {
        reason: "UnknownLocale",
        message: `${locale} was not generated`,
        resolution: "Declare the package locales, which has the sources, or correct the name.",
      },
    },
  } as const;
  progress(`generates ${locale}`);
  const result = await host.commands.run(request, signal);
  if (!SUCCESS.has(result.exitCode)) throw commandFault(request, result);
  return result;
}
