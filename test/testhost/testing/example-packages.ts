import type { LocalPackage } from "./local-packages.ts";

/**
 * Packages that the examples declare, as far as anybody reads them: units that run, and programs that say of a file
 * whether it is right. No package index and no download is needed for them.
 */
export function examplePackages(names: readonly string[]): readonly LocalPackage[] {
  return [...new Set(names)].map((name) => ({ name, files: FILES[name] ?? {} }));
}

const FILES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aide: {},
  "aide-common": {
    "usr/sbin/aideinit": "#!/bin/sh\nmkdir -p /var/lib/aide && : > /var/lib/aide/aide.db\n",
    "usr/lib/systemd/system/dailyaidecheck.service": unit("[Service]\nExecStart=/bin/true"),
    "usr/lib/systemd/system/dailyaidecheck.timer": unit(
      "[Timer]\nOnCalendar=*-*-* 01:50:00\n[Install]\nWantedBy=timers.target",
    ),
  },
  cron: {
    "usr/lib/systemd/system/cron.service": service(),
    "etc/crontab": "17 * * * * root run-parts /etc/cron.hourly\n",
    "etc/cron.hourly/.placeholder": "",
    "etc/cron.monthly/.placeholder": "",
  },
  "libpam-pwquality": {
    "usr/share/pam-configs/pwquality": [
      "Name: Judge new passwords",
      "Default: yes",
      "Priority: 1024",
      "Password-Type: Primary",
      "Password:",
      "\trequisite\tpam_pwquality.so retry=3",
      "",
    ].join("\n"),
  },
  "openssh-server": {
    "usr/lib/systemd/system/ssh.service": service(),
    "usr/sbin/sshd": checker("[A-Z][A-Za-z0-9]+ [-A-Za-z0-9@/:., ]+"),
    "etc/ssh/sshd_config": "Include /etc/ssh/sshd_config.d/*.conf\n",
    "etc/ssh/sshd_config.d/.placeholder": "",
    ...Object.fromEntries(
      ["rsa", "ecdsa", "ed25519"].flatMap((type) => [
        [`etc/ssh/ssh_host_${type}_key`, "a private key\n"],
        [`etc/ssh/ssh_host_${type}_key.pub`, "a public key\n"],
      ]),
    ),
  },
  sudo: {
    "usr/sbin/visudo": checker("(Defaults|%?[a-z]+) .+"),
    "etc/sudoers": "@includedir /etc/sudoers.d\n",
    "etc/sudoers.d/README": "# one file for each matter\n",
  },
  "systemd-timesyncd": { "usr/lib/systemd/system/systemd-timesyncd.service": service() },
};

function service(): string {
  return unit(
    "[Service]\nExecStart=/bin/sleep infinity\nExecReload=/bin/true\n[Install]\nWantedBy=multi-user.target",
  );
}

function unit(text: string): string {
  return `[Unit]\nDescription=stands in for the real one\n${text}\n`;
}

/** A program that takes a file, its last argument, whose every line is of a form, empty, or a comment. */
function checker(form: string): string {
  return [
    "#!/bin/sh",
    'for file in "$@"; do :; done',
    "file=${file#--file=}",
    'test -s "$file" || exit 1',
    `! grep -Evxq '${form}|#.*|' "$file"`,
    "",
  ].join("\n");
}
