import type { Collector } from "../../collector.ts";

const LINK = "/etc/localtime";
const ZONE = /^(?:\.\.)?\/usr\/share\/zoneinfo\/(.+)$/;
/** What images and installers set where nobody chooses a zone. */
const DEFAULT = /^(?:Etc\/.*|UTC|UCT|GMT|Universal|Zulu)$/;

/** The time zone, where it is not UTC. */
export const timezone: Collector = {
  title: "the time zone",
  kinds: ["timezone"],
  async collect({ host, signal }) {
    const reading = await host.files.read({ path: LINK, content: "none" }, signal);
    if (reading.type === "unknown") throw reading.fault;
    if (reading.type === "absent") return { candidates: [] };
    const [, name] = ZONE.exec(reading.value.linkTarget ?? "") ?? [];
    if (name === undefined) {
      const detail = "it is no link to a zone, so nobody can tell which zone it is";
      return { candidates: [], leftOut: [{ reason: "indescribable", what: LINK, detail }] };
    }
    const isDefault = DEFAULT.test(name);
    return {
      candidates: [
        {
          section: "Machine",
          ways: [{ kind: "timezone", name, input: {} }],
          why: isDefault ? "is what nobody chose" : "is the time zone that was chosen",
          isDefault,
        },
      ],
    };
  },
};
