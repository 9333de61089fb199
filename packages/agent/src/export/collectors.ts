import type { Collector } from "./collector.ts";
import { authorizedKeys } from "./collectors/authorized-keys.ts";
import { aptSources } from "./collectors/apt-sources.ts";
import { caCertificates } from "./collectors/machine/ca-certificates.ts";
import { conffiles } from "./collectors/conffiles.ts";
import { cronJobs } from "./collectors/cron-jobs.ts";
import { groups } from "./collectors/groups.ts";
import { hostname } from "./collectors/machine/hostname.ts";
import { kernelModules } from "./collectors/kernel-modules.ts";
import { kernelParameters } from "./collectors/kernel-parameters.ts";
import { limits } from "./collectors/limits.ts";
import { locale } from "./collectors/machine/locale.ts";
import { mounts } from "./collectors/machine/mounts.ts";
import { otherFiles } from "./collectors/other-files.ts";
import { packages } from "./collectors/packages.ts";
import { services } from "./collectors/services.ts";
import { swaps } from "./collectors/machine/swaps.ts";
import { timezone } from "./collectors/machine/timezone.ts";
import { units } from "./collectors/units.ts";
import { users } from "./collectors/users.ts";

/** All collectors. One more is a file and a line here; what two find is the first's. */
export const COLLECTORS: readonly Collector[] = [
  hostname,
  timezone,
  locale,
  packages,
  aptSources,
  groups,
  users,
  authorizedKeys,
  caCertificates,
  mounts,
  swaps,
  kernelParameters,
  kernelModules,
  limits,
  cronJobs,
  units,
  services,
  conffiles,
  otherFiles,
];
