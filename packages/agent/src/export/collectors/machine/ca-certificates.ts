import type { Candidate, LeftOut } from "../../candidate.ts";
import type { Collector } from "../../collector.ts";

const PLACE = "/usr/local/share/ca-certificates";
const SUFFIX = ".crt";

/** Certificates that an administrator trusts: packages put theirs elsewhere. */
export const caCertificates: Collector = {
  title: "certificates that are trusted",
  kinds: ["ca-certificate"],
  async collect({ host, signal }) {
    const listed = await host.files.list(PLACE, signal);
    if (listed.type === "unknown") throw listed.fault;
    const names = listed.type === "present" ? listed.value : [];
    const requests = names.map((name) => ({ path: `${PLACE}/${name}`, content: "none" }) as const);
    const readings = await host.files.readMany(requests, signal);
    const isDirectory = (_name: string, position: number): boolean => {
      const reading = readings[position];
      return reading?.type === "present" && reading.value.entry.type === "directory";
    };
    return {
      candidates: names.filter((name) => name.endsWith(SUFFIX)).map(candidateOf),
      leftOut: names.filter(isDirectory).map(leftOutBelow),
    };
  },
};

function candidateOf(file: string): Candidate {
  const path = `${PLACE}/${file}`;
  const name = file.slice(0, -SUFFIX.length);
  return {
    section: "Certificates",
    ways: [{ kind: "ca-certificate", name, input: { contentFrom: { path } } }],
    path,
    why: "was added to what the machine trusts",
  };
}

/** The store takes these too, and the kind has no names for them. */
function leftOutBelow(name: string): LeftOut {
  const detail = "certificates in a directory of their own have no name here";
  return { reason: "indescribable", what: `${PLACE}/${name}`, detail };
}
