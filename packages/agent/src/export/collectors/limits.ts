import type { Collector } from "../collector.ts";
import { etcCandidate } from "./file-candidate.ts";

const PLACE = "/etc/security/limits.d/";
/** Files that Holdfast wrote. */
const OWN = /^\/etc\/security\/limits\.d\/90-holdfast-(.+)\.conf$/;
/** Any limits, so that the file is read. */
const ANY = { domain: "root", limits: { core: 0 } };

/** Limits of sessions that files of no package set. */
export const limits: Collector = {
  title: "limits of sessions",
  kinds: ["limits", "file", "link"],
  async collect({ etc }) {
    const files = (await etc()).filter(({ path }) => path.startsWith(PLACE));
    const why = "limits sessions, and is of no package";
    return {
      candidates: files.map((file) => {
        const [, name] = OWN.exec(file.path) ?? [];
        const ways = name === undefined ? [] : [{ kind: "limits", name, input: ANY }];
        return etcCandidate(file, { section: "Limits", ways, why });
      }),
    };
  },
};
