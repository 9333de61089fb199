import { type Observation, present, type ReadContext } from "@holdfast/core";
import { type FileObserved, observeFile } from "../file/observe.ts";
import { renderedText } from "../rendered-file/rendered-file.ts";
import { observeHostsNames } from "./hosts-line.ts";
import { bindHostname, type HostnameInput, type HostnameSpec } from "./spec.ts";

/** What a machine is called. It is called something always, so this is never absent. */
export interface HostnameObserved {
  /** Of the running kernel; `undefined` where nothing runs (another root), and where nobody declared it. */
  readonly live?: string;
  /** `undefined`: there is no such file. */
  readonly file?: FileObserved;
  /** Of the line in /etc/hosts; `undefined`: there is none, or nobody declared it. */
  readonly hostsNames?: readonly string[];
}

/** Asks the kernel, and reads the files. */
export async function observeHostname(
  spec: HostnameSpec,
  context: ReadContext,
): Promise<Observation<HostnameObserved>> {
  const { host, signal } = context;
  const live = spec.isLive ? await host.system.hostName(signal) : undefined;
  const file = await observeFile(spec.file, { ...context, snapshot: undefined });
  if (file.type === "unknown") return file;
  const hosts = await observeHosts(spec, context);
  if (hosts?.type === "unknown") return hosts;
  const hostsNames = hosts?.type === "present" ? hosts.value : undefined;
  return present({
    ...(live === undefined ? {} : { live }),
    ...(file.type === "present" ? { file: file.value } : {}),
    ...(hostsNames === undefined ? {} : { hostsNames }),
  });
}

/** The names as an author would write them; `undefined` where kernel and file differ, or a part is not there. */
export function describeHostname(
  spec: HostnameSpec,
  { live, file, hostsNames }: HostnameObserved,
): HostnameInput | undefined {
  const text = renderedText(file);
  if (text?.endsWith("\n") !== true) return undefined;
  const hostname = text.slice(0, -1);
  if (live !== undefined && live !== hostname) return undefined;
  if (spec.hostsNames !== undefined && hostsNames === undefined) return undefined;
  const input = {
    hostname,
    ...(spec.isLive ? {} : { live: false }),
    ...(hostsNames === undefined ? {} : { hostsLine: [...hostsNames] }),
  };
  let isPossible = true;
  bindHostname(hostname, input, () => {
    isPossible = false;
  });
  return isPossible ? input : undefined;
}

function observeHosts({ hostsNames }: HostnameSpec, { host, signal }: ReadContext) {
  return hostsNames === undefined ? undefined : observeHostsNames(host.files, signal);
}
