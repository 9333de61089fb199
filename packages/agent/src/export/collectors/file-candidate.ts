import type { JsonObject } from "@holdfast/core";
import type { Candidate, Section, Way } from "../candidate.ts";
import type { EtcFile } from "../evidence/etc-files.ts";

/** A file as a whole, whatever is in it. Any content declared makes its kind read what is there. */
export function fileWay(path: string): Way {
  return { kind: "file", name: path, input: { content: "" }, choose: chooseAttributes };
}

/** A symbolic link. */
export function linkWay(path: string): Way {
  return { kind: "link", name: path, input: { target: "/" } };
}

/** A file or link of /etc that no package has, by the kinds that know better than `file` what it says. */
export function etcCandidate(
  { path, entry, after }: EtcFile,
  { section, ways = [], why }: EtcOptions,
): Candidate {
  const last = entry.type === "link" ? linkWay(path) : fileWay(path);
  const [first, ...others] = ways;
  const all: Candidate["ways"] = first === undefined ? [last] : [first, ...others, last];
  return { section, ways: all, path, why, after };
}

/** What is known of such a file. */
export interface EtcOptions {
  readonly section: Section;
  readonly ways?: readonly Way[];
  readonly why: Candidate["why"];
}

/** What root makes is root's: that needs no word. */
export function chooseAttributes({ owner, group, ...others }: JsonObject): JsonObject {
  return {
    ...others,
    ...(owner === undefined || owner === 0 ? {} : { owner }),
    ...(group === undefined || group === 0 ? {} : { group }),
  };
}
