import { Fault, type RegistryCredentials, splitImageReference } from "@holdfast/core";
import { type EngineClient, wordsOf } from "./engine/engine-client.ts";
import { readJson, readJsonLines } from "./engine/read-answer.ts";
import { textAt } from "./parse/json-fields.ts";

/** Between two words of the engine about a pull: Podman is silent while it copies one layer. */
const PULL_SILENCE_MS = 1_800_000;

/** Has the engine fetch an image. It answers 200 and tells of a failure in the last lines of its answer. */
export async function pullImage(
  engine: EngineClient,
  request: { readonly reference: string; readonly credentials?: RegistryCredentials },
  signal: AbortSignal,
): Promise<void> {
  const { reference, credentials } = request;
  const answer = await engine.begin(
    {
      method: "POST",
      path: `/images/create?${pullQuery(reference)}`,
      headers: credentials === undefined ? {} : { "x-registry-auth": encoded(credentials) },
      timeoutMs: PULL_SILENCE_MS,
    },
    signal,
  );
  try {
    if (answer.status !== 200) {
      const json = await readJson(answer);
      throw notPulled(reference, wordsOf({ status: answer.status, json }));
    }
    for await (const line of readJsonLines(answer)) {
      const error = textAt(line, "error");
      if (error !== "") throw notPulled(reference, error);
    }
  } finally {
    answer.close();
  }
}

/** Without a tag Docker would fetch every one there is. */
function pullQuery(reference: string): string {
  const { name, tag = "latest", digest = tag } = splitImageReference(reference);
  return `fromImage=${encodeURIComponent(name)}&tag=${encodeURIComponent(digest)}`;
}

function encoded({ username, password }: RegistryCredentials): string {
  return Buffer.from(JSON.stringify({ username, password })).toString("base64url");
}

function notPulled(reference: string, why: string): Fault {
  return new Fault({
    reason: "ImageUnavailable",
    message: `${reference} was not pulled: ${why}`,
    resolution: "Correct the name, log in with registry, or see that the registry is reached.",
  });
}
