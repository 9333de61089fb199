import { type FaultData, Redaction, type Secret } from "@holdfast/core";
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
  return redactionOf(token).fault(fault);
}

/** Whether data holds the token, as a value or a name, in any form in which programs print one. */
export function holdsToken(data: object, token: Secret | undefined): boolean {
  const redaction = redactionOf(token);
  let isHeld = false;
  JSON.stringify(data, (name, value: unknown) => {
    const texts = typeof value === "string" ? [name, value] : [name];
    isHeld ||= texts.some((text) => redaction.text(text) !== text);
    return value;
  });
  return isHeld;
}

function redactionOf(token: Secret | undefined): Redaction {
  const redaction = new Redaction();
  if (token !== undefined) redaction.learn([token]);
  return redaction;
}
