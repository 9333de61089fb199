import { readTrustListFile, type TrustListFile } from "@holdfast/agent/trust";
import { API_VERSION, type Fault, faultJson } from "@holdfast/core";
import {
  acceptTrustList,
  payloadDigest,
  type Role,
  type TrustAnchor,
  type TrustedKey,
  trustListJson,
} from "@holdfast/trust";
import { namedPath } from "../../named-path.ts";
import { type Line, line, toned } from "../../output/text/line.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { keyWords } from "./key-words.ts";

/** Shows what a list says, and whether an agent would follow it: one that follows none yet, or one that follows `--after`. */
export async function show(
  [file = ""]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const { userId } = surroundings;
    const shown = await readTrustListFile(namedPath(file, surroundings), userId, stop.signal);
    const anchor = await anchorAfter(options, surroundings, stop.signal);
    const verdict = acceptTrustList(shown.text, { anchor, nowMs: Date.now() });
    const fault = verdict.type === "refused" ? verdict.fault : undefined;
    output.value([...listLines(shown), ...verdictLines(fault)], {
      apiVersion: API_VERSION,
      file: shown.path,
      digest: payloadDigest(shown.envelope),
      list: trustListJson(shown.list),
      signedBy: shown.envelope.signatures.map(({ keyId }) => keyId),
      isAccepted: fault === undefined,
      ...(fault === undefined ? {} : { fault: faultJson(fault) }),
    });
    return fault === undefined ? "inSync" : "changesPending";
  });
}

/** @throws {Fault} why the list before is not followed itself. */
async function anchorAfter(
  { after }: CommandOptions,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<TrustAnchor | undefined> {
  if (after === undefined) return undefined;
  const path = namedPath(after, surroundings);
  const { text } = await readTrustListFile(path, surroundings.userId, signal);
  // It may have expired since an agent accepted it.
  const verdict = acceptTrustList(text, { anchor: undefined, nowMs: 0 });
  if (verdict.type === "refused") throw verdict.fault;
  return verdict.anchor;
}

function listLines({ path, list, envelope }: TrustListFile): readonly Line[] {
  const signed = new Set(envelope.signatures.map(({ keyId }) => keyId));
  const { version, expiresMs, roots, keys, revoked } = list;
  const end = expiresMs === undefined ? "never expires" : `expires ${dateOf(expiresMs)}`;
  return [
    line(toned("strong", `${path}: version ${version}, ${end}`)),
    line(`roots, of which ${roots.threshold} sign:`),
    ...roots.keys.map((key) =>
      line(`  ${keyWords(key)}`, signed.has(key.id) ? toned("good", "  signed") : ""),
    ),
    ...keys.flatMap(keyLines),
    ...revoked.map(({ id, why }) =>
      line(toned("bad", "revoked "), `${id}${why === undefined ? "" : `: ${why}`}`),
    ),
  ];
}

function keyLines({ key, roles, notBeforeMs, notAfterMs }: TrustedKey): readonly Line[] {
  const from = notBeforeMs === undefined ? "" : `, from ${dateOf(notBeforeMs)}`;
  const until = notAfterMs === undefined ? "" : `, until ${dateOf(notAfterMs)}`;
  return [
    line(`${keyWords(key)}${from}${until} may approve:`),
    ...roles.map((role) => line(`  ${roleWords(role)}`)),
  ];
}

function roleWords({ verbs, kinds, names, agents, tags, threshold = 1 }: Role): string {
  const listed = (texts: readonly string[]): string => texts.join(", ");
  const tagged = tags === undefined ? "" : ` tagged ${listed(tags)}`;
  const together = threshold === 1 ? "" : `, ${threshold} keys together`;
  return `${listed(verbs)} of ${listed(kinds)} named ${listed(names)}${tagged} on ${listed(agents)}${together}`;
}

function verdictLines(fault: Fault | undefined): readonly Line[] {
  if (fault === undefined) return [line(toned("good", "an agent follows it"))];
  const { reason, message, resolution } = fault;
  return [
    line(toned("bad", `an agent does not follow it: ${reason}: ${message}`)),
    line(`→ ${resolution}`),
  ];
}

function dateOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
