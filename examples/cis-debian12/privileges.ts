import type { Benchmark } from "./control.ts";

/** 5.2 Privilege escalation: sudo, and su. */
export function declarePrivileges({ host, isOn, control, share }: Benchmark): void {
  // Gives single commands to single people and writes down who ran them; the password of root is needed by nobody.
  control("5.2.1", (meta) => host.package("sudo", {}, meta));

  const drop = share([
    // A program that runs by sudo cannot go on in the terminal of the user when it should have ended.
    ["5.2.2", "Defaults use_pty"],
    // A log of its own is easier to keep and to read than lines among those of everything.
    ["5.2.3", 'Defaults logfile="/var/log/sudo.log"'],
    // Who finds an unlocked screen finds sudo unlocked for a quarter of an hour at most.
    ["5.2.6", "Defaults timestamp_timeout=15"],
  ]);
  if (drop !== undefined) {
    host.file(
      "/etc/sudoers.d/60-cis",
      {
        content: drop.content,
        mode: 0o440,
        owner: "root",
        group: "root",
        // One mistake in a file of sudo, and nobody can use it to mend that file.
        validate: ["/usr/sbin/visudo", "--check", "--file=%s"],
      },
      { ...drop.meta, ...(isOn("5.2.1") ? { dependsOn: ["package:sudo"] } : {}) },
    );
  }

  // Nobody but root uses su: not even who knows the password of root. The group has no member on purpose.
  control("5.2.7", (meta) => {
    const group = host.group("sugroup", { system: true }, meta);
    host.line(
      "su-wheel",
      {
        path: "/etc/pam.d/su",
        line: "auth required pam_wheel.so use_uid group=sugroup",
        match: "^\\s*auth\\s+required\\s+pam_wheel\\.so",
        insertAfter: "^auth\\s+sufficient\\s+pam_rootok\\.so",
      },
      { ...meta, dependsOn: [group] },
    );
  });
}
