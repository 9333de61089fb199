import { type ContainerHint, Fault, type Json, toFault, type Watch } from "@holdfast/core";
import { type EngineClient, wordsOf } from "./engine/engine-client.ts";
import type { BegunAnswer } from "./engine/exchange.ts";
import { readJson, readJsonLines } from "./engine/read-answer.ts";
import { objectAt, textAt } from "./parse/json-fields.ts";

/** An engine on which nothing happens says nothing for as long as that is so: its end is noticed by the connection. */
const SILENCE_MS = 2_000_000_000;

/** What changes nothing: somebody works in a container, its own check has spoken, or an engine is about to do what it tells of next. */
const NOISE =
  /^(?:exec_|health_status|top$|attach$|detach$|resize$|copy$|export$|archive-path$|extract-to-dir$|sync$|init$|cleanup$|mount$|unmount$|save$)/;

/** Listens to the events of an engine. Ends when the engine does, or when its signal says so before it is live. */
export async function watchEngine(
  engine: EngineClient,
  hear: (hint: ContainerHint) => void,
  signal: AbortSignal,
): Promise<Watch> {
  const stop = new AbortController();
  const answer = await engine.begin(
    { method: "GET", path: "/events", timeoutMs: SILENCE_MS },
    AbortSignal.any([signal, stop.signal]),
  );
  if (answer.status !== 200) {
    const json = await readJson(answer).finally(() => answer.close());
    throw watchFailed(wordsOf({ status: answer.status, json }));
  }
  let isDisposed = false;
  const ended = listen(answer, (hint) => {
    if (!isDisposed) hear(hint);
  }).then((fault) => (isDisposed ? undefined : fault));
  return {
    ended,
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      stop.abort();
      answer.close();
      await ended;
    },
  };
}

async function listen(answer: BegunAnswer, hear: (hint: ContainerHint) => void): Promise<Fault> {
  try {
    for await (const event of readJsonLines(answer)) {
      const hint = hintOf(event);
      if (hint !== undefined) hear(hint);
    }
    return watchFailed("it has ended its events");
  } catch (error) {
    return toFault(error);
  } finally {
    answer.close();
  }
}

function hintOf(event: Json | undefined): ContainerHint | undefined {
  if (event === undefined) return { type: "overflow" };
  const type = textAt(event, "Type");
  // Podman has the end of a container as `died` in some of its versions.
  const action = textAt(event, "Action");
  if (NOISE.test(action)) return undefined;
  const attributes = objectAt(objectAt(event, "Actor"), "Attributes");
  const name = textAt(attributes, "name");
  const trigger = `${type} ${action}`;
  switch (type) {
    case "container":
      // Who had the name before is concerned too, and not every engine says who that was.
      return { type, name: action === "rename" ? undefined : name, trigger };
    case "network":
      // Podman names the container here, Docker the network.
      return { type, name: undefined, trigger };
    case "image":
      return { type, name: undefined, trigger };
    case "volume":
      return { type, name: name === "" ? undefined : name, trigger };
    default:
      return undefined;
  }
}

function watchFailed(why: string): Fault {
  return new Fault({
    reason: "WatchFailed",
    message: `the container engine does not tell of its events: ${why}`,
    resolution: "See that the engine runs; it is asked again and again meanwhile.",
  });
}
