import type { Benchmark } from "./control.ts";

/**
 * 2.3 Time synchronization. Logs of several machines tell one story only when their clocks agree, and certificates and
 * tickets are worth what the clock is worth. systemd-timesyncd is chosen here, so that 2.3.3 (chrony) does not apply.
 */
export function declareTime({ host, control }: Benchmark, timeServers: readonly string[]): void {
  // Two daemons that set one clock fight.
  control("2.3.1.1", (meta) => {
    host.package("systemd-timesyncd", {}, meta);
    for (const name of ["chrony", "ntp", "ntpsec"]) host.package(name, { state: "absent" }, meta);
  });

  // Whoever may tell the time can make old certificates valid again: so it is said who may.
  control("2.3.2.1", (meta) => {
    host.directory("/etc/systemd/timesyncd.conf.d", { mode: 0o755 }, meta);
    host.file(
      "/etc/systemd/timesyncd.conf.d/60-cis.conf",
      { content: `[Time]\nNTP=${timeServers.join(" ")}\nFallbackNTP=\n`, mode: 0o644 },
      meta,
    );
  });

  // A daemon that is configured and does not run keeps no time.
  control("2.3.2.2", (meta) =>
    host.service("systemd-timesyncd", { state: "running", enabled: true }, meta),
  );
}
