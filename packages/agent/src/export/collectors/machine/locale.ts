import type { Candidate, Way } from "../../candidate.ts";
import type { Collector } from "../../collector.ts";
import type { EtcFile } from "../../evidence/etc-files.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import { textAt } from "../../evidence/text-at.ts";
import { etcCandidate } from "../file-candidate.ts";

/** What systemd reads, and what Debian's logins do; one may be a link to the other. */
const FILES = new Set(["/etc/locale.conf", "/etc/default/locale"]);
/** What images set where nobody chooses a language: the C library has these in itself. */
const BUILT_IN = /^(?:C|POSIX)(?:\.utf-?8)?$/i;

/**
 * The language of the machine. What Holdfast wrote into both files is a `locale`; what others wrote, with comments of
 * their own, is exported as the files.
 */
export const locale: Collector = {
  title: "the locale",
  kinds: ["locale", "file", "link"],
  async collect(evidence) {
    const files = (await evidence.etc()).filter(({ path }) => FILES.has(path));
    return { candidates: await Promise.all(files.map((file) => candidateOf(file, evidence))) };
  },
};

async function candidateOf(file: EtcFile, { host, signal }: Evidence): Promise<Candidate> {
  const text = (await textAt(file.path, host.files, signal)) ?? "";
  const values = [...text.matchAll(/^\s*([A-Z_]+)=["']?([^"'\s]*)/gm)];
  const set = values.filter(([, , value = ""]) => value !== "" && !BUILT_IN.test(value));
  const [, , name] = values.find(([, key]) => key === "LANG") ?? [];
  // Both files are one resource: where the kind knows it, the second is the same again.
  const ways: readonly Way[] = name === undefined ? [] : [{ kind: "locale", name, input: {} }];
  const why = "sets the language of the machine";
  return { ...etcCandidate(file, { section: "Machine", ways, why }), isDefault: set.length === 0 };
}
