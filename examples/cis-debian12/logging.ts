import type { Benchmark } from "./control.ts";

/**
 * 6.1 System logging, with journald alone (6.1.3, rsyslog, does not apply then), and 6.3 integrity of files. 6.2, auditd, is
 * level 2.
 */
export function declareLogging(benchmark: Benchmark): void {
  declareJournal(benchmark);
  declareIntegrity(benchmark);
}

function declareJournal({ host, isOn, control, share }: Benchmark): void {
  // Without a log nobody knows afterwards what happened.
  const service = "systemd-journald";
  control("6.1.1.1", (meta) => host.service(service, { state: "running" }, meta));

  const drop = share([
    // A program that logs without end does not fill the disk, and what is older than three months goes.
    ["6.1.1.3", "SystemMaxUse=1G", "SystemKeepFree=500M", "MaxRetentionSec=3month"],
    // Nobody takes it over, so that it is not written twice.
    ["6.1.2.2", "ForwardToSyslog=no"],
    // Three months take little room.
    ["6.1.2.3", "Compress=yes"],
    // What happened before a crash is there after it.
    ["6.1.2.4", "Storage=persistent"],
  ]);
  if (drop !== undefined) {
    const own = { owner: "root", group: "root" };
    host.directory("/etc/systemd/journald.conf.d", { mode: 0o755, ...own }, drop.meta);
    host.file(
      "/etc/systemd/journald.conf.d/60-cis.conf",
      { content: `[Journal]\n${drop.content}`, mode: 0o644, ...own },
      { ...drop.meta, ...(isOn("6.1.1.1") ? { notify: [`service:${service}`] } : {}) },
    );
  }

  // Two systems that log: in each half of the story.
  control("6.1.1.4", (meta) => host.package("rsyslog", { state: "absent" }, meta));

  // Takes logs of other machines from the network. Only a log server does, and it skips this.
  control("6.1.2.1.4", (meta) => {
    for (const unit of ["systemd-journal-remote.socket", "systemd-journal-remote.service"]) {
      host.service(unit, { state: "stopped", masked: true }, meta);
    }
  });
}

/** 6.3 Who got in changes programs so that he can come back. A list of checksums, made before, shows which. */
function declareIntegrity({ host, isOn, control }: Benchmark): void {
  control("6.3.1", (meta) => {
    const aide = host.package("aide", {}, meta);
    const tools = host.package("aide-common", {}, meta);
    // The first list is made once. It reads the whole disk, which takes a while.
    host.exec(
      "aide-database",
      { command: ["/usr/sbin/aideinit", "--yes", "--force"], creates: "/var/lib/aide/aide.db" },
      { ...meta, dependsOn: [aide, tools], timeoutMs: 3_600_000 },
    );
  });
  // A list that nobody compares with shows nothing.
  control("6.3.2", (meta) => {
    const order = isOn("6.3.1") ? { dependsOn: ["exec:aide-database"] } : {};
    host.service(
      "dailyaidecheck.timer",
      { state: "running", enabled: true },
      { ...meta, ...order },
    );
  });
}
