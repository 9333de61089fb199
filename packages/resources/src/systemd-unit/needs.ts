import type { Thing } from "@holdfast/core";

const SETTING = /^\s*([A-Za-z]+)\s*=\s*(\S+)/gm;
/** What may stand before a program (systemd.service(5)), and before a file that may be missing. */
const PREFIX = /^[-@:+!|]+/;

/** What the settings of a unit name that must be there when it starts: accounts, programs, files. */
export function neededByText(text: string): readonly Thing[] {
  const things = [...text.matchAll(SETTING)].flatMap(([, key = "", value = ""]) =>
    thingOf(key, value.replace(PREFIX, "")),
  );
  return [...new Set(things)];
}

function thingOf(key: string, value: string): readonly Thing[] {
  const isName = /^[A-Za-z_][\w.-]*$/.test(value);
  switch (key) {
    case "User":
      return isName ? [`user:${value}`] : [];
    case "Group":
      return isName ? [`group:${value}`] : [];
    case "ExecStart":
    case "ExecStartPre":
    case "EnvironmentFile":
    case "WorkingDirectory":
      return /^\/[^%*?[]+$/.test(value) ? [`path:${value}`] : [];
    default:
      return [];
  }
}
