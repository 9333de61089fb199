/**
 * Settings that no configuration of a checkout may change. They are given as the environment's configuration, which git reads
 * last. A checkout's own configuration is written by us before git runs in it (`checkout-config`): this is the second lock on
 * the same door, for what somebody writes in between.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // Programs that a checkout could name.
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "core.alternateRefsCommand": "",
  "core.gitProxy": "",
  "credential.helper": "",
  "protocol.ext.allow": "never",
  // Attributes and patterns of whoever the agent is are none of the checkout's.
  "core.attributesFile": "/dev/null",
  "core.excludesFile": "/dev/null",
  "core.autocrlf": "false",
  "core.safecrlf": "false",
  "core.untrackedCache": "false",
  "core.logAllRefUpdates": "false",
  // Nothing goes on in the background, and nothing is fetched that was not asked for.
  "gc.auto": "0",
  "maintenance.auto": "false",
  "submodule.recurse": "false",
  "fetch.recurseSubmodules": "false",
  "advice.detachedHead": "false",
  // A server that sends nothing for so long is given up.
  "http.lowSpeedLimit": "1",
  "http.lowSpeedTime": "30",
};

/** Protocols that a URL may lead to, also one that a server or a submodule names. */
const PROTOCOLS = "file:git:http:https:ssh";

/** Of a program that asks somebody who is not there; git then says that it is not let in. */
const ASKS_NOBODY = "";

/**
 * The whole environment of a git. No file of the system or of a home directory configures it, it asks nobody, and it
 * does not search for a repository: where it has one, that is named.
 */
export function gitEnvironment(
  settings: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const configured = Object.entries({ ...SETTINGS, ...settings });
  return {
    PATH: "/usr/local/bin:/usr/bin:/bin",
    HOME: "/nonexistent",
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: ASKS_NOBODY,
    SSH_ASKPASS: ASKS_NOBODY,
    GIT_ALLOW_PROTOCOL: PROTOCOLS,
    GIT_OPTIONAL_LOCKS: "0",
    GIT_LITERAL_PATHSPECS: "1",
    GIT_CEILING_DIRECTORIES: "/",
    GIT_SSH_VARIANT: "ssh",
    GIT_CONFIG_COUNT: String(configured.length),
    ...Object.fromEntries(
      configured.flatMap(([name, value], position) => [
        [`GIT_CONFIG_KEY_${position}`, name],
        [`GIT_CONFIG_VALUE_${position}`, value],
      ]),
    ),
  };
}

/** The environment that says where a checkout is: nothing in the tree is asked for it. */
export function checkoutEnvironment(directory: string): Readonly<Record<string, string>> {
  return {
    GIT_DIR: `${directory}/.git`,
    GIT_COMMON_DIR: `${directory}/.git`,
    GIT_WORK_TREE: directory,
  };
}
