import type { ResourceKind } from "@holdfast/core";
import { LINUX_SUPPORT, WATCHED_RESYNC_MS } from "../support.ts";
import { applySshKey } from "./apply.ts";
import { describeSshKey } from "./describe.ts";
import { diffSshKey, fingerprintSshKey } from "./diff.ts";
import {
  observeSshKey,
  snapshotSshKeys,
  type SshKeyObserved,
  type SshKeySnapshot,
} from "./observe.ts";
import { SSH_KEY_RISKS, riskOfSshKey } from "./risk.ts";
import {
  absentSshKey,
  bindSshKey,
  type SshKeyInput,
  sshKeySchema,
  type SshKeySpec,
  thingsOfSshKey,
} from "./spec.ts";
import { watchSshKeys } from "./watch.ts";

/** Public keys with which a user may log in. Its name is free. */
export const sshKeyKind: ResourceKind<SshKeySpec, SshKeyObserved, SshKeySnapshot, SshKeyInput> = {
  kind: "ssh-key",
  summary: "A public key that may log in as a user, with its options; or all of them.",
  support: LINUX_SUPPORT,
  ports: ["accounts", "files", "paths"],
  schema: sshKeySchema,
  resyncMs: WATCHED_RESYNC_MS,
  bind: bindSshKey,
  lanes: ({ user }) => [`authorized-keys:${user}`],
  snapshot: snapshotSshKeys,
  observe: observeSshKey,
  diff: diffSshKey,
  apply: applySshKey,
  risk: riskOfSshKey,
  risks: SSH_KEY_RISKS,
  foresee: applySshKey,
  temporaries: (_spec, observed) => (observed === undefined ? [] : [{ path: observed.path }]),
  watch: watchSshKeys,
  fingerprint: fingerprintSshKey,
  isAbsent: ({ isAbsent }) => isAbsent,
  // The user may write the file through another name of it, and by a memory map.
  isFullyWatched: () => false,
  absent: absentSshKey,
  describe: describeSshKey,
  owns: thingsOfSshKey,
  needs: ({ user }) => [`user:${user}`],
};
