import { encryptSecrets, replaceOwnFile } from "@holdfast/agent/secrets";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { withOutput } from "../with-output.ts";
import { openSecrets, rightOrThrow } from "./open-secrets.ts";
import { tellEncrypted } from "./tell-encrypted.ts";

/** Encrypts what is in clear in a secrets file; what is encrypted, comments and the form of the file stay. */
export async function encrypt(
  [named]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    using stop = listenForStop();
    const { file, key } = await openSecrets(named, options, surroundings, stop.signal);
    const { text, encrypted } = rightOrThrow(file.file, encryptSecrets(file, key));
    if (text !== file.text)
      await replaceOwnFile({ path: file.file, before: file.text, text }, stop.signal);
    tellEncrypted(output, file.file, encrypted);
    return encrypted.length === 0 ? "inSync" : "changed";
  });
}
