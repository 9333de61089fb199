import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import {
  decryptSecrets,
  encryptSecrets,
  openPrivatePlace,
  parseSecretsFile,
  replaceOwnFile,
  type SecretsFile,
} from "@holdfast/agent/secrets";
import { Fault } from "@holdfast/core";
import { listenForStop } from "../../stop-signals.ts";
import type { Surroundings } from "../../surroundings.ts";
import type { CommandOptions } from "../command-options.ts";
import { createLog } from "../log.ts";
import { withOutput } from "../with-output.ts";
import { openSecrets, rightOrThrow } from "./open-secrets.ts";
import { requireEditor, runEditor } from "./run-editor.ts";
import { tellEncrypted } from "./tell-encrypted.ts";

/** Has a person change values in an editor; only those that changed are encrypted anew. */
export async function edit(
  [named]: readonly (string | undefined)[],
  options: CommandOptions,
  surroundings: Surroundings,
): Promise<number> {
  return await withOutput({ options, surroundings }, async (output) => {
    const editor = requireEditor(surroundings);
    using stop = listenForStop();
    const { file, key } = await openSecrets(named, options, surroundings, stop.signal);
    const plain = rightOrThrow(file.file, decryptSecrets(file, key));
    const text = await editText({ editor, file, plain, surroundings }, stop.signal);
    const edited = rightOrThrow(file.file, parseSecretsFile(file.file, text));
    const rewritten = rightOrThrow(file.file, encryptSecrets(edited, key, file));
    const isChanged = text !== plain;
    if (isChanged)
      await replaceOwnFile(
        { path: file.file, before: file.text, text: rewritten.text },
        stop.signal,
      );
    tellEncrypted(output, file.file, isChanged ? rewritten.encrypted : []);
    return isChanged ? "changed" : "inSync";
  });
}

interface Editing {
  readonly editor: readonly [string, ...string[]];
  readonly file: SecretsFile;
  readonly plain: string;
  readonly surroundings: Surroundings;
}

/** The text after it was edited. Whatever happens, nothing of it stays outside of this process. */
async function editText(
  { editor, file, plain, surroundings }: Editing,
  signal: AbortSignal,
): Promise<string> {
  using place = openPrivatePlace(surroundings.environment);
  if (!place.isInMemory) {
    const warning =
      "there is no file system in memory: what is removed may stay readable on the disk";
    createLog(surroundings, {}).warn(warning, { directory: place.directory });
  }
  const path = join(place.directory, basename(file.file));
  writeFileSync(path, plain, { mode: 0o600, flag: "wx" });
  await runEditor([...editor, path], { place, surroundings }, signal);
  return readEdited(path);
}

function readEdited(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Fault({
      reason: "ContentUnavailable",
      message: "the editor took its file away; nothing was written",
      resolution: "Run the command again.",
      cause: error,
    });
  }
}
