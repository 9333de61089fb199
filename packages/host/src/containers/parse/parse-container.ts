import type { Container, ContainerHealth, Json, RestartPolicy } from "@holdfast/core";
import { listAt, numberAt, objectAt, textAt, textsAt } from "./json-fields.ts";

/** What an engine writes for a time that has not been. */
const NEVER = "0001-01-01T00:00:00Z";
/** What Docker lists among the networks of a container that has none of its own. */
const NO_NETWORKS: ReadonlySet<string> = new Set(["host", "none"]);
const NANO = 1e9;

/** A container out of the answer to `GET /containers/NAME/json`. */
export function parseContainer(json: Json | undefined, canBeUpdated: boolean): Container {
  const state = objectAt(json, "State");
  const config = objectAt(json, "Config");
  const startedAt = textAt(state, "StartedAt");
  return {
    id: textAt(json, "Id"),
    name: textAt(json, "Name").replace(/^\//, ""),
    imageId: textAt(json, "Image"),
    status: textAt(state, "Status"),
    exitCode: numberAt(state, "ExitCode"),
    startedAt: startedAt === "" || startedAt === NEVER ? undefined : startedAt,
    restarts: numberAt(json, "RestartCount"),
    health: healthOf(state),
    labels: textsAt(config, "Labels"),
    env: envOf(config),
    networks: networksOf(json),
    limits: limitsOf(objectAt(json, "HostConfig")),
    canBeUpdated,
  };
}

/** Docker leaves it out where there is no check, Podman says nothing in it. */
function healthOf(state: Json): ContainerHealth {
  const word = textAt(objectAt(state, "Health"), "Status");
  return word === "starting" || word === "healthy" || word === "unhealthy" ? word : "none";
}

function envOf(config: Json): Readonly<Record<string, string>> {
  const pairs = listAt(config, "Env").flatMap((line): readonly (readonly [string, string])[] => {
    if (typeof line !== "string") return [];
    const at = line.indexOf("=");
    return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)]];
  });
  return Object.fromEntries(pairs);
}

function networksOf(json: Json | undefined): readonly string[] {
  const networks = objectAt(objectAt(json, "NetworkSettings"), "Networks");
  return Object.keys(networks)
    .filter((name) => !NO_NETWORKS.has(name))
    .sort();
}

function limitsOf(hostConfig: Json): Container["limits"] {
  return {
    restart: restartOf(textAt(objectAt(hostConfig, "RestartPolicy"), "Name")),
    memoryBytes: numberAt(hostConfig, "Memory"),
    cpus: numberAt(hostConfig, "NanoCpus") / NANO,
    // Docker writes null, or −1, for no limit.
    pids: Math.max(0, numberAt(hostConfig, "PidsLimit")),
  };
}

function restartOf(word: string): RestartPolicy {
  return word === "always" || word === "unless-stopped" || word === "on-failure" ? word : "no";
}
