import type { Thing } from "@holdfast/core";

const SETTING = /^\s*([A-Za-z]+)\s*=\s*(\S+)/gm;
/** What may stand before a program (systemd.service(5)), and before a file that may be missing. */
const PREFIX = /^[-@:+!|]+/;

/** The accounts that a unit runs as; but systemd makes up those of a dynamic user. */
export function accountsInText(text: string): readonly Thing[] {
  const isMadeUp = /^\s*DynamicUser\s*=\s*(?:1|yes|y|true|t|on)\s*$/im.test(text);
  return isMadeUp ? [] : thingsIn(text).filter((thing) => !thing.startsWith("path:"));
}

/** The programs and files that the settings of a unit name. Some may be missing when it starts, which systemd decides. */
export function pathsInText(text: string): readonly Thing[] {
  return thingsIn(text).filter((thing) => thing.startsWith("path:"));
}

function thingsIn(text: string): readonly Thing[] {
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
