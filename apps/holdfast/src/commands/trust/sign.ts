import { openSigner, readTrustListFile, replaceTrustListFile } from "@holdfast/agent/trust";
import { API_VERSION } from "@holdfast/core";
import { type KeyId, signEnvelope, type TrustList } from "@holdfast/trust";
import { namedPath } from "../../named-path.ts";
import { line, toned } from "../../output/text/line.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";

/** Puts one more signature on a list. */
export async function sign(
  [file = ""]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const { environment, userId, stderr } = surroundings;
    const before = await readTrustListFile(namedPath(file, surroundings), userId, stop.signal);
    const key = namedPath(options.key ?? "", surroundings);
    const isAttended = stderr.isTTY === true;
    const signer = await openSigner({ path: key, environment, isAttended, userId }, stop.signal);
    const envelope = await signEnvelope(before.envelope, signer, stop.signal);
    await replaceTrustListFile(before, envelope, stop.signal);
    const had = new Set(before.envelope.signatures.map(({ keyId }) => keyId));
    const keys = envelope.signatures.map(({ keyId }) => keyId);
    const added = keys.find((id) => !had.has(id));
    const { list, path } = before;
    const lines = [
      line(`version ${list.version} of ${path} is signed by ${rootsAmong(keys, list)}`),
      ...(added === undefined || isRoot(added, list)
        ? []
        : [line(toned("changed", notRoot(added)))]),
    ];
    output.value(lines, { apiVersion: API_VERSION, file: path, version: list.version, keys });
    return "changed";
  });
}

function isRoot(id: KeyId, { roots }: TrustList): boolean {
  return roots.keys.some((key) => key.id === id);
}

function rootsAmong(ids: readonly KeyId[], list: TrustList): string {
  const count = ids.filter((id) => isRoot(id, list)).length;
  return `${count} of its roots; ${list.roots.threshold} are needed`;
}

function notRoot(id: KeyId): string {
  return `${id} is no root of it: it counts only if it was one of the list before`;
}
