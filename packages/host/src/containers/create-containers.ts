import {
  type Clock,
  type ContainerReader,
  type ContainerWriter,
  type Json,
  throwIfAborted,
} from "@holdfast/core";
import { engineWriter } from "./engine-writer.ts";
import { type EngineClient } from "./engine/engine-client.ts";
import { engineFinder } from "./engine/find-engine.ts";
import { demandDone, isMissing } from "./engine-faults.ts";
import { parseContainer } from "./parse/parse-container.ts";
import {
  parseContainerNames,
  parseImage,
  parseNetwork,
  parseVolume,
} from "./parse/parse-things.ts";
import { watchEngine } from "./watch-engine.ts";

/** What containers are reached with. */
export interface ContainersOptions {
  readonly clock: Clock;
  /** Default `/`. In another root nothing runs. */
  readonly root?: string;
  /** Sockets of engines, in order. Default: where Podman and Docker listen. */
  readonly sockets?: readonly string[];
}

/** Questions to an engine at the same time: it answers each in some 10 ms, and 40 of them in 60. */
const AT_ONCE = 8;

/** Containers of this machine, by the API that Docker and Podman speak. Nothing is asked until it is used. */
export function createContainers(options: ContainersOptions): ContainerWriter {
  const engine = engineFinder({ root: "/", ...options });
  const reader: ContainerReader = {
    async containers(names, signal) {
      const client = engine();
      const { isPodman } = await client.self(signal);
      const there = await thoseThere(client, names, signal);
      return readEach({ client, names: there, path: containerPath, signal }, (json) =>
        parseContainer(json, !isPodman),
      );
    },
    images: async (names, signal) =>
      readEach({ client: engine(), names, path: imagePath, signal }, parseImage),
    networks: async (names, signal) =>
      readEach({ client: engine(), names, path: networkPath, signal }, parseNetwork),
    volumes: async (names, signal) =>
      readEach({ client: engine(), names, path: volumePath, signal }, parseVolume),
    async usersOf({ type, name }, signal) {
      const filters = encodeURIComponent(JSON.stringify({ [type]: [name] }));
      const path = `/containers/json?all=true&filters=${filters}`;
      const answer = await engine().ask({ method: "GET", path }, signal);
      // Podman says so of a volume or network that is not there.
      if (isMissing(answer)) return [];
      demandDone(answer, `the containers that have the ${type} ${name}`);
      return parseContainerNames(answer.json);
    },
    watch: async (hear, signal) => watchEngine(engine(), hear, signal),
  };
  return engineWriter(engine, reader);
}

/** Of several names most are often of nothing: one list says which are not. */
async function thoseThere(
  client: EngineClient,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (names.length < 2) return names;
  const answer = await client.ask({ method: "GET", path: "/containers/json?all=true" }, signal);
  demandDone(answer, "its containers");
  const there = new Set(parseContainerNames(answer.json));
  return names.filter((name) => there.has(name));
}

/** What is read by its name. */
interface Named {
  readonly client: EngineClient;
  readonly names: readonly string[];
  path(name: string): string;
  readonly signal: AbortSignal;
}

/** What is there of these, by the names that were asked for. */
async function readEach<T>(
  { client, names, path, signal }: Named,
  parse: (json: Json | undefined) => T,
): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>();
  const wanted = [...new Set(names)];
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    throwIfAborted(signal);
    const some = wanted.slice(at, at + AT_ONCE);
    const answers = await Promise.all(
      some.map((name) => client.ask({ method: "GET", path: path(name) }, signal)),
    );
    for (const [position, answer] of answers.entries()) {
      const name = some[position] ?? "";
      if (isMissing(answer)) continue;
      demandDone(answer, name);
      found.set(name, parse(answer.json));
    }
  }
  return found;
}

function containerPath(name: string): string {
  return `/containers/${encodeURIComponent(name)}/json`;
}

/** Both engines take a reference with its slashes as it is, and not every version takes it escaped. */
function imagePath(reference: string): string {
  return `/images/${encodeURI(reference)}/json`;
}

function networkPath(name: string): string {
  return `/networks/${encodeURIComponent(name)}`;
}

function volumePath(name: string): string {
  return `/volumes/${encodeURIComponent(name)}`;
}
