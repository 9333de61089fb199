import {
  type Attribution,
  certaintyOf,
  type Login,
  type Lookup,
  type ProcessIdentity,
} from "../attribution/attribution.ts";
import type { JsonObject } from "../json.ts";
import { unreachable } from "../unreachable.ts";
import { attributionWords } from "./attribution-words.ts";
import type { Reader } from "./redact.ts";

/** What an attribution is turned into JSON with. */
export interface AttributionView {
  readonly reader: Reader;
  /** A time of the wall clock as ISO 8601. */
  readonly isoTime: (wallMs: number) => string;
}

/**
 * An attribution as JSON: `{type, certainty, words, …}`. Arguments of command lines are for root only, because text
 * that looks like a secret in them is only guessed.
 */
export function attributionJson(attribution: Attribution, view: AttributionView): JsonObject {
  const head = {
    type: attribution.type,
    certainty: certaintyOf(attribution),
    words: attributionWords(attribution),
  };
  switch (attribution.type) {
    case "process": {
      const { process, evidence, atMs, lastLogin } = attribution;
      return {
        ...head,
        evidence,
        process: processJson(process, view),
        at: view.isoTime(atMs),
        ...(lastLogin === undefined ? {} : { lastLogin: loginJson(lastLogin, view) }),
      };
    }
    case "package": {
      const { tool, package: name, version, action, evidence, atMs } = attribution;
      const { requestedBy, command, process } = attribution;
      return {
        ...head,
        evidence,
        tool,
        package: name,
        ...(version === undefined ? {} : { version }),
        action,
        at: view.isoTime(atMs),
        ...(requestedBy === undefined ? {} : { requestedBy }),
        ...(command === undefined || view.reader.uid !== 0 ? {} : { command }),
        ...(process === undefined ? {} : { process: processJson(process, view) }),
      };
    }
    case "login":
      return {
        ...head,
        login: loginJson(attribution.login, view),
        observed: observedJson(attribution),
      };
    case "unknown":
      return { ...head, observed: observedJson(attribution) };
    default:
      return unreachable(attribution);
  }
}

function processJson(process: ProcessIdentity, view: AttributionView): JsonObject {
  const { pid, name, command, uid, user, loginUser, unit, startedAtMs, ancestors } = process;
  return {
    pid,
    ...(name === undefined ? {} : { name }),
    ...(command === undefined || view.reader.uid !== 0 ? {} : { command }),
    ...(uid === undefined ? {} : { uid }),
    ...(user === undefined ? {} : { user }),
    ...(loginUser === undefined ? {} : { loginUser }),
    ...(unit === undefined ? {} : { unit }),
    ...(startedAtMs === undefined ? {} : { startedAt: view.isoTime(startedAtMs) }),
    ...(ancestors === undefined ? {} : { ancestors }),
  };
}

function loginJson({ user, terminal, from, atMs }: Login, view: AttributionView): JsonObject {
  return { user, terminal, ...(from === undefined ? {} : { from }), at: view.isoTime(atMs) };
}

function observedJson({
  observed,
}: {
  readonly observed: readonly Lookup[];
}): readonly JsonObject[] {
  return observed.map(({ place, finding, detail }) => ({
    place,
    finding,
    ...(detail === undefined ? {} : { detail }),
  }));
}
