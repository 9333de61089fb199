import { API_VERSION } from "@holdfast/core";
import { type Envelope, payloadDigest, readTrustList } from "@holdfast/trust";
import type { Output } from "../../output/output.ts";
import { line } from "../../output/text/line.ts";

/** Says of a list that was written that it must be signed now. */
export function reportUnsigned(
  output: Output,
  { path, envelope }: { readonly path: string; readonly envelope: Envelope },
): void {
  const read = readTrustList(envelope);
  const version = read.type === "read" ? read.list.version : 0;
  const words = `${path} is version ${version}, and nobody has signed it: holdfast trust sign`;
  const digest = payloadDigest(envelope);
  output.value([line(words)], { apiVersion: API_VERSION, file: path, version, digest });
}
