import { readPublicKey } from "@holdfast/agent/trust";
import { Fault } from "@holdfast/core";
import { type KeyId, parseKeyId, type PublicKey } from "@holdfast/trust";
import { namedPath } from "../../named-path.ts";
import type { Surroundings } from "../../surroundings.ts";

/** The public keys in the files that were named. @throws {Fault} what reading one throws. */
export async function keysIn(
  files: readonly string[],
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<readonly PublicKey[]> {
  return await Promise.all(
    files.map((file) => readPublicKey(namedPath(file, surroundings), signal)),
  );
}

/** A key that was named by its id, or by its file. @throws {Fault} what reading the file throws. */
export async function keyIdOf(
  word: string,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<KeyId> {
  const id = parseKeyId(word);
  if (id !== undefined) return id;
  if (!word.startsWith("SHA256:")) {
    return (await readPublicKey(namedPath(word, surroundings), signal)).id;
  }
  throw new Fault({
    reason: "UsageInvalid",
    message: `${word} is not the id of a key`,
    resolution: "Write all 43 characters behind SHA256:, as holdfast trust show prints them.",
  });
}

/** A key as a list shows it: its id, and what people call it. */
export function keyWords({ id, comment }: Pick<PublicKey, "id" | "comment">): string {
  return comment === "" ? id : `${id} ${comment}`;
}
