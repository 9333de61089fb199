import type { BindReport } from "@holdfast/core";

/** By the suffix of a file: its own section, and what the name of its service has besides (podman-systemd.unit(5)). */
export const TYPES: Readonly<
  Record<string, { readonly section: string; readonly ending: string }>
> = {
  container: { section: "Container", ending: "" },
  volume: { section: "Volume", ending: "-volume" },
  network: { section: "Network", ending: "-network" },
  kube: { section: "Kube", ending: "" },
  image: { section: "Image", ending: "-image" },
  pod: { section: "Pod", ending: "-pod" },
};

/** The service that the generator makes of a file: by its name, or as its own section says. */
export function serviceOf(name: string, text: string): string {
  const at = name.lastIndexOf(".");
  const { section = "", ending = "" } = TYPES[name.slice(at + 1)] ?? {};
  const declared = lastValue(text, section, "ServiceName");
  return `${declared ?? `${name.slice(0, at)}${ending}`}.service`;
}

function lastValue(text: string, wanted: string, key: string): string | undefined {
  let section: string | undefined;
  let value: string | undefined;
  for (const line of text.split("\n").map((each) => each.trim())) {
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
    const [, name, given = ""] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (section === wanted && name === key && given !== "") value = given;
  }
  return value;
}

const LINE = /^\s*(?:$|[#;]|\[[^[\]]+\]\s*$|[A-Za-z][A-Za-z0-9-]*\s*=)/;

/** Reports lines that the generator cannot read: of one such line it would take the whole folder for unreadable. */
export function checkLines(text: string, report: BindReport): void {
  let isContinued = false;
  for (const [at, line] of text.split("\n").entries()) {
    const isComment = /^\s*[#;]/.test(line);
    if (!isContinued && !LINE.test(line)) {
      const detail = `line ${at + 1} is neither a section, a setting nor a comment: ${JSON.stringify(line.slice(0, 80))}`;
      return report("text", "not a line of a quadlet", detail);
    }
    isContinued = line.endsWith("\\") && !(isComment && !isContinued);
  }
}
