import type { Surroundings } from "./surroundings.ts";

/** What a program that a person works with needs of our environment: never the key of the secrets. */
const PASSED_ON = [
  "COLORTERM",
  "DISPLAY",
  "HOME",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "LOGNAME",
  "PATH",
  "SHELL",
  "TERM",
  "USER",
  "WAYLAND_DISPLAY",
  "XDG_RUNTIME_DIR",
];

/** The environment of a program that a person works with, such as an editor or a pager. */
export function personEnvironment({
  environment,
}: Pick<Surroundings, "environment">): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(PASSED_ON.map((name) => [name, environment[name]]));
}
