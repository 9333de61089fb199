import type { FaultData, Secret } from "@holdfast/core";
import type { ProviderEvent } from "../provider/provider-event.ts";
import type { Result } from "../provider/result.ts";
import type { ProviderRun } from "./provider-run.ts";

type WithoutOrigin<Event> = Event extends ProviderEvent ? Omit<Event, "provider" | "at"> : never;

/** Sends an event of one provider to the sink, with its time. */
export function publish(
  { clock, entry, sink }: ProviderRun,
  event: WithoutOrigin<ProviderEvent>,
): void {
  sink({ provider: entry.type, at: new Date(clock.wallMs()).toISOString(), ...event });
}

/** A result without the token in the words of its error. */
export function clearedResult(result: Result, token: Secret | undefined): Result {
  const { error } = result;
  return error === undefined ? result : { ...result, error: withoutToken(error, token) };
}

/** A fault without the token in its words: servers repeat what they refuse. */
export function withoutToken(fault: FaultData, token: Secret | undefined): FaultData {
  if (token === undefined) return fault;
  const clean = (text: string): string => text.replaceAll(token.plainText(), token.toString());
  return { ...fault, message: clean(fault.message), resolution: clean(fault.resolution) };
}
