import { findKey, noKey, rekeySecrets, replaceOwnFile } from "@holdfast/agent/secrets";
import { namedPath } from "../../named-path.ts";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { openSecrets, rightOrThrow } from "./open-secrets.ts";
import { tellEncrypted } from "./tell-encrypted.ts";

/** Encrypts every value of a secrets file with another key; what they say stays the same. */
export async function rekey(
  [named]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const { file, key } = await openSecrets(named, options, surroundings, stop.signal);
    const { userId } = surroundings;
    const place = { file: namedPath(options.newKey ?? "", surroundings), environment: {}, userId };
    const newKey = await findKey(place, stop.signal);
    if (newKey === undefined) throw noKey(file.file);
    const { text, encrypted } = rightOrThrow(file.file, rekeySecrets(file, key, newKey));
    await replaceOwnFile({ path: file.file, before: file.text, text }, stop.signal);
    tellEncrypted(output, file.file, encrypted);
    return "changed";
  });
}
