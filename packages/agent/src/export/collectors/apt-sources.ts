import type { FileReadRequest, JsonObject } from "@holdfast/core";
import type { Candidate } from "../candidate.ts";
import type { Collector } from "../collector.ts";
import { aboveOf } from "../evidence/etc-files.ts";
import { isDistributionsOwn } from "../evidence/distribution-source.ts";
import { etcCandidate, fileWay } from "./file-candidate.ts";

const PLACES = /^\/etc\/apt\/(?:sources\.list|preferences|auth\.conf|keyrings\/|trusted\.gpg\.d\/)/;
/** Files of other names in these are ignored by apt. */
const LISTS = "/etc/apt/sources.list.d/";
const SOURCES = /^\/etc\/apt\/sources\.list(?:$|\.d\/[^/]+\.(?:list|sources)$)/;
const OWN = /^\/etc\/apt\/sources\.list\.d\/([A-Za-z0-9_.-]+)\.sources$/;
const KEYRINGS = "/usr/share/keyrings";
/** Any source, so that the file is read. */
const ANY = {
  uris: ["https://deb.debian.org/debian"],
  suites: ["stable"],
  components: ["main"],
  signedBy: { path: "/usr/share/keyrings/debian-archive-keyring.gpg" },
};

/** Sources of packages besides the distribution's own, what is preferred of them, and their keys. */
export const aptSources: Collector = {
  title: "sources of packages",
  kinds: ["apt-repository", "file", "link"],
  async collect({ etc, records, host, signal }) {
    const files = (await etc()).filter(({ path }) => PLACES.test(path));
    const { owned } = await records();
    const listed = await host.files.list(KEYRINGS, signal);
    const names = listed.type === "present" ? listed.value : [];
    const keyrings = names.map((name) => `${KEYRINGS}/${name}`).filter((path) => !owned.has(path));
    const readings = await host.files.readMany(
      keyrings.map((path): FileReadRequest => ({ path, content: "none" })),
      signal,
    );
    const keys = keyrings.filter((_path, at) => {
      const reading = readings[at];
      return reading?.type === "present" && reading.value.entry.type === "file";
    });
    return {
      candidates: [
        ...files.map((file) => {
          const [, name] = OWN.exec(file.path) ?? [];
          const ways = name === undefined ? [] : [{ kind: "apt-repository", name, input: ANY }];
          const isSource = SOURCES.test(file.path);
          const why = isSource ? whyOfSource : "belongs to the sources of packages";
          const isDefault = file.path.startsWith(LISTS) && !isSource;
          return { ...etcCandidate(file, { section: "Repositories", ways, why }), isDefault };
        }),
        ...keys.map((path) => keyOf(path, aboveOf(path, owned).owners)),
      ],
    };
  },
};

function whyOfSource({ content }: JsonObject): string | undefined {
  const isDefault = typeof content === "string" && isDistributionsOwn(content);
  return isDefault ? undefined : "is a source that somebody added";
}

function keyOf(path: string, owners: readonly string[]): Candidate {
  const after = owners.length === 1 ? owners : [];
  return {
    section: "Repositories",
    ways: [fileWay(path)],
    path,
    why: "is the key of a source",
    after,
  };
}
