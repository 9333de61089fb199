import type { Way } from "../../candidate.ts";
import type { Collector } from "../../collector.ts";
import type { Evidence } from "../../evidence/evidence.ts";
import { textAt } from "../../evidence/text-at.ts";

const FILE = "/etc/hostname";
/** The name that cloud-init has set; it sets it again at each boot. */
const CLOUD = "/var/lib/cloud/data/previous-hostname";
/** What a machine is called that nobody has given a name. */
const NAMELESS = /^(?:localhost(?:\..*)?|debian|\(none\))$/;

/** What the machine is called. `/etc/hosts` stays a file of its own. */
export const hostname: Collector = {
  title: "the host name",
  kinds: ["hostname"],
  async collect(evidence) {
    const { host, signal } = evidence;
    const name = (await textAt(FILE, host.files, signal))?.trim() ?? "";
    if (name === "") return { candidates: [] };
    const maker = NAMELESS.test(name) ? "nobody" : await makerOf(name, evidence);
    const way: Way = { kind: "hostname", name, input: {} };
    return {
      candidates: [
        {
          section: "Machine",
          // Where nothing runs, or the running kernel has another name, only that of the next boot was chosen.
          ways: [way, { ...way, input: { live: false } }],
          why: maker === undefined ? "is what the machine is called" : `was named by ${maker}`,
          isDefault: maker !== undefined,
        },
      ],
    };
  },
};

/** Who names the machine, if no person does. */
async function makerOf(name: string, { host, signal }: Evidence): Promise<string | undefined> {
  const given = await textAt(CLOUD, host.files, signal);
  if (given?.trim() === name) return "cloud-init";
  // Runtimes of containers mount a file of theirs over it.
  const { mounts } = await host.mounts.read([], signal);
  const isMounted = mounts.some(({ mountPoint }) => mountPoint === FILE);
  return isMounted ? "the runtime of its container" : undefined;
}
