import type {
  Attribution,
  Login,
  Lookup,
  PackageAttribution,
  ProcessAttribution,
  ProcessIdentity,
} from "../attribution/attribution.ts";
import { unreachable } from "../unreachable.ts";

/** An attribution as one sentence without a full stop; no more certain than it is. */
export function attributionWords(attribution: Attribution): string {
  switch (attribution.type) {
    case "process":
      return processSentence(attribution);
    case "package":
      return packageSentence(attribution);
    case "login":
      return (
        `cannot tell; the last to log in before it was ${loginWords(attribution.login)}, ` +
        "which proves nothing"
      );
    case "unknown":
      return unknownSentence(attribution.observed);
    default:
      return unreachable(attribution);
  }
}

function processSentence({ process, evidence, lastLogin }: ProcessAttribution): string {
  switch (evidence) {
    case "kernel-event": {
      const login =
        lastLogin === undefined
          ? ""
          : `; the last to log in before it was ${loginWords(lastLogin)}, which proves nothing`;
      return `${processWords(process)} wrote it, as the kernel says${login}`;
    }
    case "holds-open":
      return `probably ${processWords(process)}, which has it open for writing`;
    case "held-replaced":
      return `perhaps ${processWords(process)}, which has open for writing what was there before`;
    default:
      return unreachable(evidence);
  }
}

function packageSentence(attribution: PackageAttribution): string {
  const { tool, action, version, evidence, requestedBy, process } = attribution;
  const what = version === undefined ? attribution.package : `${attribution.package} ${version}`;
  const who = requestedBy === undefined ? "" : `, asked for by ${requestedBy}`;
  const seen = process === undefined ? "" : `; the kernel saw ${processWords(process)} write`;
  switch (evidence) {
    case "kernel-event":
      return `${tool}, while it worked on ${what} (${action})${who}${seen}`;
    case "owner":
      return `${tool}: ${action} of ${what}, which owns the path${who}${seen}`;
    case "ran":
      return (
        `perhaps ${tool}: it ran around then (${action} of ${what}), ` +
        `and no package it worked on owns the path${who}${seen}`
      );
    default:
      return unreachable(evidence);
  }
}

function unknownSentence(observed: readonly Lookup[]): string {
  const gaps = observed.flatMap(({ place, finding, detail }) =>
    finding === "incomplete" ? [`${place}: ${detail ?? "not available"}`] : [],
  );
  const asked = observed.map(({ place }) => place).join(", ");
  const words = asked === "" ? "cannot tell" : `cannot tell: ${asked} name no one`;
  return gaps.length === 0 ? words : `${words} (${gaps.join("; ")})`;
}

function processWords(process: ProcessIdentity): string {
  const { pid, name, user, uid, loginUser, unit } = process;
  if (name === undefined) {
    return `process ${pid}, which had ended before it could be inspected,`;
  }
  const owner = user ?? (uid === undefined ? undefined : `uid ${uid}`);
  const of = owner === undefined ? "" : ` of ${owner}`;
  const session =
    loginUser === undefined || loginUser === user ? "" : `, logged in as ${loginUser}`;
  const within = unit === undefined ? "" : `, in ${unit}`;
  return `${name} (process ${pid}${of}${session}${within})`;
}

function loginWords({ user, terminal, from }: Login): string {
  return from === undefined ? `${user} on ${terminal}` : `${user} from ${from}`;
}
