import type { JsonObject } from "@holdfast/core";
import { SYSTEMD_RUNS } from "./require-systemd.ts";
import { UNIT_NAME, UNIT_PATH, WANTS_DIRECTORY } from "./service-unit.ts";

/** What decides which resources installing takes. */
export interface ServiceResourceOptions {
  /** True on the machine itself: then its systemd is reloaded. False for an image, where nothing runs. */
  readonly isLive: boolean;
  /** True for root, who makes things root's own; anybody else can only make what is theirs. */
  readonly isRoot: boolean;
}

/** Where the desired state is kept, and what the agent writes; a purge removes them. */
export const OWN_DIRECTORIES = {
  source: "/etc/holdfast",
  records: "/var/lib/holdfast",
  logs: "/var/log/holdfast",
} as const;

/** What a machine that runs has, and an image may still lack. */
const PARENTS = ["/etc", "/etc/systemd", "/etc/systemd/system", "/var", "/var/lib", "/var/log"];

const LINK_PATH = `${WANTS_DIRECTORY}/${UNIT_NAME}`;
const UNIT_ID = `file:${UNIT_PATH}`;
const LINK_ID = `link:${LINK_PATH}`;

/** The installed service: its unit, its directories, and the commands for systemd. */
export function installedService(
  unit: string,
  { isLive, isRoot }: ServiceResourceOptions,
): readonly JsonObject[] {
  const owner = isRoot ? { owner: 0, group: 0 } : {};
  const notify = isLive ? ["exec:daemon-reload", "exec:restart"] : [];
  return [
    ...(isLive ? [] : PARENTS.map((name) => ({ kind: "directory", name, spec: {} }))),
    // Its mode is its owner's affair: who keeps it to themselves has a reason.
    { kind: "directory", name: OWN_DIRECTORIES.source, spec: {} },
    // As systemd makes them when the service starts.
    { kind: "directory", name: OWN_DIRECTORIES.records, spec: { mode: "0700", ...owner } },
    { kind: "directory", name: OWN_DIRECTORIES.logs, spec: { mode: "0750", ...owner } },
    { kind: "directory", name: WANTS_DIRECTORY, spec: {} },
    {
      kind: "file",
      name: UNIT_PATH,
      spec: { content: unit, mode: "0644", ...owner },
      meta: { notify },
    },
    {
      kind: "link",
      name: LINK_PATH,
      spec: { target: UNIT_PATH },
      meta: { dependsOn: [UNIT_ID], notify: notify.slice(0, 1) },
    },
    ...(isLive ? startCommands() : []),
  ];
}

/** A restart comes before the start, so that a new service is started once. */
function startCommands(): readonly JsonObject[] {
  return [
    whenNotified("daemon-reload", ["daemon-reload"], []),
    whenNotified("restart", ["try-restart", UNIT_NAME], ["exec:daemon-reload"]),
    {
      kind: "exec",
      name: "start",
      spec: {
        command: ["systemctl", "start", UNIT_NAME],
        unless: ["systemctl", "is-active", "--quiet", UNIT_NAME],
      },
      meta: { dependsOn: [LINK_ID, "exec:daemon-reload", "exec:restart"] },
    },
  ];
}

/** A machine without the service. */
export function absentService({
  isLive,
}: Pick<ServiceResourceOptions, "isLive">): readonly JsonObject[] {
  const notify = isLive ? ["exec:stop", "exec:daemon-reload"] : [];
  return [
    { kind: "file", name: UNIT_PATH, spec: { state: "absent" }, meta: { notify } },
    {
      kind: "link",
      name: LINK_PATH,
      spec: { target: UNIT_PATH, state: "absent" },
      meta: { notify: notify.slice(1) },
    },
    ...(isLive ? stopCommands() : []),
  ];
}

/** A machine without the source, the records and the logs of the service. */
export function absentDirectories(): readonly JsonObject[] {
  return Object.values(OWN_DIRECTORIES).map((name) => {
    return { kind: "directory", name, spec: { state: "absent", force: true } };
  });
}

/** systemd stops what it still knows, also without its file. */
function stopCommands(): readonly JsonObject[] {
  return [
    whenNotified("stop", ["stop", UNIT_NAME], []),
    whenNotified("daemon-reload", ["daemon-reload"], ["exec:stop"]),
  ];
}

/** A command that runs only when something else has changed: where systemd runs, its guard is always met. */
function whenNotified(
  name: string,
  words: readonly string[],
  dependsOn: readonly string[],
): JsonObject {
  return {
    kind: "exec",
    name,
    spec: { command: ["systemctl", ...words], creates: SYSTEMD_RUNS },
    meta: { dependsOn },
  };
}
