/** What a configuration says that is not word for word ours. */
export interface ConfigReading {
  readonly repository: string | undefined;
  readonly isOurs: boolean;
  /** It needs a git that knows more than this port: another hash, another store of refs. */
  readonly isForeign: boolean;
}

/**
 * The whole configuration of a checkout. It names no program: no hook, filter, helper or monitor. git is run in a checkout only
 * when its configuration is this text, so whatever else somebody writes into it is drift and never runs.
 */
export function checkoutConfig(repository: string): string {
  return [
    "# Written by Holdfast. What is changed here is set back.",
    "[core]",
    "\trepositoryformatversion = 0",
    "\tfilemode = true",
    "\tbare = false",
    "\tlogallrefupdates = false",
    '[remote "origin"]',
    `\turl = ${quoted(repository)}`,
    "\tfetch = +refs/heads/*:refs/remotes/origin/*",
    "",
  ].join("\n");
}

/** Reads as much of a configuration as is shown to people, and judges whether it is ours. */
export function readConfig(text: string): ConfigReading {
  const repository = originOf(text);
  return {
    repository,
    isOurs: repository !== undefined && text === checkoutConfig(repository),
    isForeign: /^\s*\[\s*extensions/im.test(text),
  };
}

function quoted(value: string): string {
  return `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** The URL of the remote `origin`, as far as it is written plainly. */
function originOf(text: string): string | undefined {
  let isOrigin = false;
  for (const line of text.split("\n")) {
    if (/^\s*\[/.test(line)) isOrigin = /^\s*\[\s*remote\s+"origin"\s*\]/.test(line);
    const value = isOrigin ? /^\s*url\s*=\s*(.*?)\s*$/i.exec(line)?.[1] : undefined;
    if (value !== undefined) return unquoted(value);
  }
  return undefined;
}

function unquoted(value: string): string {
  if (!/^".*"$/.test(value)) return value;
  return value.slice(1, -1).replaceAll(/\\(["\\])/g, "$1");
}
