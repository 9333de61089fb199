import type { Benchmark } from "./control.ts";

/** 1.3 Mandatory access control, 1.4 the boot loader, and 1.5 what makes attacks on processes harder. */
export function declareHardening({ host, control }: Benchmark): void {
  // AppArmor holds a program to what its profile allows, whatever an attacker makes it do.
  control("1.3.1.1", (meta) => {
    host.package("apparmor", {}, meta);
    host.package("apparmor-utils", {}, meta);
  });

  // The menu of the boot loader may hold the hash of its password, and shows how the kernel can be started otherwise.
  control("1.4.2", (meta) => {
    const path = "/boot/grub/grub.cfg";
    host.file(
      path,
      { mode: 0o600, owner: "root", group: "root" },
      // Without the condition a machine with another boot loader would get an empty file.
      { ...meta, condition: [{ file: path }] },
    );
  });

  // Code, heap and stack lie elsewhere in each process, so that an attack cannot know an address beforehand.
  control("1.5.1", (meta) => host.sysctl("kernel.randomize_va_space", { value: 2 }, meta));

  // A process may be debugged by its parent only: who takes over one program does not read passwords out of another.
  control("1.5.2", (meta) => host.sysctl("kernel.yama.ptrace_scope", { value: 1 }, meta));

  // A memory image of a crashed program holds whatever it held: keys, passwords, other people's data.
  control("1.5.3", (meta) => {
    host.limits("cis-core-dumps", { domain: "*", limits: { core: { hard: 0 } } }, meta);
    host.sysctl("fs.suid_dumpable", { value: 0 }, meta);
  });

  // Prelink rewrites programs on the disk: addresses become predictable again, and checksums of files never match.
  control("1.5.4", (meta) => host.package("prelink", { state: "absent" }, meta));

  // A service that reports crashes sends memory images to somebody else.
  control("1.5.5", (meta) => host.package("apport", { state: "absent" }, meta));
}
