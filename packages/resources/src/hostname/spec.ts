import type { BindReport } from "@holdfast/core";
import * as z from "zod/mini";
import type { FileSpec } from "../file/spec.ts";
import { renderedFile } from "../rendered-file/rendered-file.ts";

/** What the kernel takes of a name; the whole of it is ASCII. */
const MOST_NAME_CHARACTERS = 64;
/** What a resolver takes of a name in /etc/hosts. */
const MOST_ALIAS_CHARACTERS = 253;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Read at boot. */
const HOST_NAME_FILE = "/etc/hostname";

/** What an author writes under `spec` of a hostname. */
export const hostnameSchema = z.strictObject({
  hostname: z.optional(
    z.string().check(z.describe("The name. Default: the name of the resource.")),
  ),
  live: z.optional(
    z
      .boolean()
      .check(z.describe("The running kernel has the name, not only the next boot. Default: true.")),
  ),
  hostsLine: z.optional(
    z
      .union([z.boolean(), z.array(z.string()).check(z.minLength(1))])
      .check(
        z.describe(
          "Keep the line of 127.0.1.1 in /etc/hosts: true, with the name (and its first label), or a list of names.",
        ),
      ),
  ),
});

/** What an author writes under `spec` of a hostname. */
export type HostnameInput = z.infer<typeof hostnameSchema>;

/** What a machine should be called, now and after the next boot. */
export interface HostnameSpec {
  readonly hostname: string;
  readonly isLive: boolean;
  /** The file that is read at boot: the name and nothing else, because many programs read it whole. */
  readonly file: FileSpec;
  /** Of the line of 127.0.1.1; `undefined`: that line is not managed. */
  readonly hostsNames?: readonly string[];
}

/** Joins the resource's name and input. */
export function bindHostname(name: string, input: HostnameInput, report: BindReport): HostnameSpec {
  const hostname = input.hostname ?? name;
  const field = input.hostname === undefined ? "" : "hostname";
  if (!isHostName(hostname, MOST_NAME_CHARACTERS)) {
    const detail = `"${hostname}" is not labels of 1 to 63 letters, digits and hyphens, joined by dots, 64 characters in all`;
    report(field, "not a host name", detail);
  }
  const hostsNames = bindHostsLine(hostname, input, report);
  return {
    hostname,
    isLive: input.live !== false,
    file: renderedFile({ path: HOST_NAME_FILE, text: hostNameText(hostname) }, report),
    ...(hostsNames === undefined ? {} : { hostsNames }),
  };
}

/** The text of /etc/hostname. */
export function hostNameText(hostname: string): string {
  return `${hostname}\n`;
}

function bindHostsLine(
  hostname: string,
  { hostsLine = false }: HostnameInput,
  report: BindReport,
): readonly string[] | undefined {
  if (hostsLine === false) return undefined;
  if (hostsLine === true) {
    const [label = hostname] = hostname.split(".", 1);
    return label === hostname ? [hostname] : [hostname, label];
  }
  for (const alias of hostsLine) {
    if (isHostName(alias, MOST_ALIAS_CHARACTERS)) continue;
    report("hostsLine", "not a host name", `"${alias}" is no name of a host`);
  }
  if (!hostsLine.includes(hostname)) {
    report("hostsLine", "not the name of this machine", `write ${hostname} among the names`);
  }
  return hostsLine;
}

function isHostName(text: string, mostCharacters: number): boolean {
  return text.length <= mostCharacters && text.split(".").every((label) => LABEL.test(label));
}
