import { type AnyKind, type Catalog, catalogOf } from "@holdfast/core";
import { aptRepositoryKind } from "./apt-repository/kind.ts";
import { archiveKind } from "./archive/kind.ts";
import { caCertificateKind } from "./ca-certificate/kind.ts";
import { containerKind } from "./container/kind.ts";
import { containerImageKind } from "./container-image/kind.ts";
import { containerNetworkKind } from "./container-network/kind.ts";
import { containerVolumeKind } from "./container-volume/kind.ts";
import { cronKind } from "./cron/kind.ts";
import { directoryKind } from "./directory/kind.ts";
import { execKind } from "./exec/kind.ts";
import { fileKind } from "./file/kind.ts";
import { firewallKind } from "./firewall/kind.ts";
import { gitCheckoutKind } from "./git-checkout/kind.ts";
import { groupKind } from "./group/kind.ts";
import { hostnameKind } from "./hostname/kind.ts";
import { hostsEntryKind } from "./hosts-entry/kind.ts";
import { jsonFieldKind } from "./json-field/kind.ts";
import { kernelModuleKind } from "./kernel-module/kind.ts";
import { limitsKind } from "./limits/kind.ts";
import { lineKind } from "./line/kind.ts";
import { linkKind } from "./link/kind.ts";
import { localeKind } from "./locale/kind.ts";
import { quadletKind } from "./quadlet/kind.ts";
import { rebootKind } from "./reboot/kind.ts";
import { mountKind } from "./mount/kind.ts";
import { sshKeyKind } from "./ssh-key/kind.ts";
import { swapKind } from "./swap/kind.ts";
import { sysctlKind } from "./sysctl/kind.ts";
import { serviceKind } from "./service/kind.ts";
import { systemdUnitKind } from "./systemd-unit/kind.ts";
import { timerKind } from "./timer/kind.ts";
import { networkKind } from "./network/kind.ts";
import { packageKind } from "./package/kind.ts";
import { timezoneKind } from "./timezone/kind.ts";
import { userKind } from "./user/kind.ts";

/**
 * Every kind that comes with Holdfast, by its name. This is the one place where a kind is registered: the catalog, the
 * types of blueprints, the schema, `holdfast list` and the reference are derived from it. The bundle of the command makes
 * a getter of each line (`scripts/bundle/lazy-kinds.ts`): there a kind is evaluated when it is asked for first.
 */
export const standardKinds = {
  file: fileKind,
  directory: directoryKind,
  link: linkKind,
  line: lineKind,
  "json-field": jsonFieldKind,
  exec: execKind,
  group: groupKind,
  user: userKind,
  sysctl: sysctlKind,
  "ssh-key": sshKeyKind,
  cron: cronKind,
  "kernel-module": kernelModuleKind,
  limits: limitsKind,
  "apt-repository": aptRepositoryKind,
  archive: archiveKind,
  "ca-certificate": caCertificateKind,
  service: serviceKind,
  "systemd-unit": systemdUnitKind,
  timer: timerKind,
  package: packageKind,
  hostname: hostnameKind,
  timezone: timezoneKind,
  locale: localeKind,
  reboot: rebootKind,
  "git-checkout": gitCheckoutKind,
  mount: mountKind,
  swap: swapKind,
  "hosts-entry": hostsEntryKind,
  firewall: firewallKind,
  network: networkKind,
  container: containerKind,
  "container-image": containerImageKind,
  "container-network": containerNetworkKind,
  "container-volume": containerVolumeKind,
  quadlet: quadletKind,
} as const;

/** The same, as they are held where their types do not matter. */
export function listStandardKinds(): readonly AnyKind[] {
  return Object.values(standardKinds);
}

/** The catalog of all kinds that come with Holdfast. */
export function createStandardCatalog(): Catalog {
  return catalogOf(standardKinds);
}
