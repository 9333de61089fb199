import type { Benchmark } from "./control.ts";

/** 2.4 Job schedulers. What root's jobs read decides what root does, so that nobody else may write or even read it. */
export function declareScheduling({ host, control }: Benchmark): void {
  // Much of what keeps a machine safe is done by jobs: rotating logs, checking files.
  control("2.4.1.1", (meta) => {
    host.package("cron", {}, meta);
    host.service("cron", { state: "running", enabled: true }, meta);
  });

  const own = { owner: "root", group: "root" };
  // The table of the system's jobs shows what is done when, and with which programs.
  control("2.4.1.2", (meta) => {
    const condition = [{ file: "/etc/crontab" }];
    host.file("/etc/crontab", { mode: 0o600, ...own }, { ...meta, condition });
  });
  // Scripts in these directories are run by root: who can put one there is root.
  control("2.4.1.3", (meta) => host.directory("/etc/cron.hourly", { mode: 0o700, ...own }, meta));
  control("2.4.1.4", (meta) => host.directory("/etc/cron.daily", { mode: 0o700, ...own }, meta));
  control("2.4.1.5", (meta) => host.directory("/etc/cron.weekly", { mode: 0o700, ...own }, meta));
  control("2.4.1.6", (meta) => host.directory("/etc/cron.monthly", { mode: 0o700, ...own }, meta));
  control("2.4.1.7", (meta) => host.directory("/etc/cron.d", { mode: 0o700, ...own }, meta));

  // A job goes on when its user is logged out, dismissed, or thought to be gone. Only root may have any; others are
  // added to these files by a `line`, or by a blueprint that skips these controls.
  const nobody = { content: "root\n", mode: 0o640, ...own };
  control("2.4.1.8", (meta) => {
    host.file("/etc/cron.allow", nobody, meta);
    host.file("/etc/cron.deny", { state: "absent" }, meta);
  });
  control("2.4.2.1", (meta) => {
    host.file("/etc/at.allow", nobody, meta);
    host.file("/etc/at.deny", { state: "absent" }, meta);
  });
}
