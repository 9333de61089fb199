import type { Candidate } from "../candidate.ts";
import type { Collector } from "../collector.ts";
import { etcCandidate, fileWay } from "./file-candidate.ts";

const PLACES = /^\/etc\/cron\.(?:d|hourly|daily|weekly|monthly|yearly)\//;
const OWN = /^\/etc\/cron\.d\/([A-Za-z0-9_-]+)$/;
const CRONTABS = "/var/spool/cron/crontabs";
/** Any job, so that the file is read. */
const ANY = { special: "@daily", user: "root", command: "true" };

/** Jobs of cron in files of no package, and crontabs of users. */
export const cronJobs: Collector = {
  title: "jobs of cron",
  kinds: ["cron", "file", "link"],
  async collect({ etc, host, signal }) {
    const files = (await etc()).filter(({ path }) => PLACES.test(path));
    const jobs = files.map((file) => {
      const [, name] = OWN.exec(file.path) ?? [];
      const ways = name === undefined ? [] : [{ kind: "cron", name, input: ANY }];
      return etcCandidate(file, {
        section: "Jobs",
        ways,
        why: "cron runs it, and no package has it",
      });
    });
    const listed = await host.files.list(CRONTABS, signal);
    if (listed.type === "unknown") {
      const detail = listed.fault.message;
      return { candidates: jobs, leftOut: [{ reason: "unreadable", what: CRONTABS, detail }] };
    }
    const names = listed.type === "present" ? listed.value : [];
    return { candidates: [...jobs, ...names.map(crontabOf)] };
  },
};

function crontabOf(user: string): Candidate {
  const path = `${CRONTABS}/${user}`;
  return { section: "Jobs", ways: [fileWay(path)], path, why: `is the crontab of ${user}` };
}
