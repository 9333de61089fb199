/**
 * Controls of the CIS Debian Linux 12 Benchmark v1.1.0 (2024-09-26), level 1, server. Section numbers are those of that
 * version; what each control protects is said here in our own words. `README.md` lists what is not covered, and why.
 *
 *     holdfast plan examples/cis-debian12/main.ts                              # what would change
 *     holdfast serve examples/cis-debian12/main.ts --param skip=2.1.18,2.1.13  # a web server that has rsync
 *     holdfast plan examples/cis-debian12/main.ts --only cis-5.1               # only what is about sshd
 *
 * A blueprint of your own takes it as a part: `host.include(cis, { skip: ["2.1.18"] })`.
 */
import { blueprint } from "holdfast";
import { declareBanners } from "./banners.ts";
import { openBenchmark } from "./control.ts";
import { declareFilesystem } from "./filesystem.ts";
import { declareHardening } from "./hardening.ts";
import { declareLogging } from "./logging.ts";
import { declareMaintenance } from "./maintenance.ts";
import { declareNetwork } from "./network.ts";
import { declarePasswords } from "./passwords.ts";
import { declarePrivileges } from "./privileges.ts";
import { declareScheduling } from "./scheduling.ts";
import { declareServices } from "./services.ts";
import { declareAccounts } from "./accounts.ts";
import { declareSsh } from "./ssh.ts";
import { declareTime } from "./time.ts";

const parameters = {
  skip: {
    type: "list",
    default: [],
    description: "controls that are switched off, or whole sections: 1.1.1.1,5.2.4,6",
  },
  sshGroups: {
    type: "list",
    default: [],
    description: "groups that may log in by SSH (5.1.4, 5.1.20); empty: who may now",
  },
  timeServers: {
    type: "list",
    default: ["0.debian.pool.ntp.org", "1.debian.pool.ntp.org", "2.debian.pool.ntp.org"],
    description: "who is asked for the time (2.3.2.1)",
  },
  ipv6: { type: "boolean", default: true, description: "whether the kernel has IPv6 (3.3)" },
  banner: {
    type: "string",
    default: "Authorized use only. What you do here is recorded.",
    description: "what is shown before and after a login (1.6)",
  },
} as const;

export default blueprint("cis-debian12", { parameters }, (host, given) => {
  if (host.os !== "linux") return;
  const benchmark = openBenchmark(host, given.skip);
  // 1 Initial setup.
  declareFilesystem(benchmark);
  declareHardening(benchmark);
  declareBanners(benchmark, given.banner);
  // 2 Services.
  declareServices(benchmark);
  declareTime(benchmark, given.timeServers);
  declareScheduling(benchmark);
  // 3 Network.
  declareNetwork(benchmark, given.ipv6);
  // 4 Host firewall is left out: there is no kind for it yet, and rules by `exec` could cut the operator off.
  // 5 Access.
  declareSsh(benchmark, given.sshGroups);
  declarePrivileges(benchmark);
  declarePasswords(benchmark);
  declareAccounts(benchmark);
  // 6 Logging.
  declareLogging(benchmark);
  // 7 Maintenance.
  declareMaintenance(benchmark);
  benchmark.finish();
});
