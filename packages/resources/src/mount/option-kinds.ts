/** What mount(8), systemd and fsck keep to themselves: the kernel never has it. */
const USERSPACE =
  /^(?:defaults|auto|noauto|nofail|fail|_netdev|_rnetdev|owner|noowner|group|nogroup|users?|nousers?|loud|silent|quiet|helper=.*|comment=.*|[xX]-.*|user=.*)$/;
/** How it is mounted, which does not change. */
const MANNER =
  /^(?:r?bind|loop(?:=.*)?|offset=.*|sizelimit=.*|r?(?:shared|private|slave|unbindable))$/;
/** Options that are sent to a server, which may answer otherwise: the kernel shows the result. */
const NEGOTIATED =
  /^(?:credentials|cred|username|password|pass|addr|ip|rsize|wsize|retry|bg|fg|intr|nointr|fsc|context|fscontext|defcontext|rootcontext)(?:=|$)/;

/** The options that a mounted file system can be asked about. */
export function plainOptions(options: readonly string[]): readonly string[] {
  return options.filter(
    (word) => !USERSPACE.test(word) && !MANNER.test(word) && !NEGOTIATED.test(word),
  );
}

/** The options that a remount takes: what the kernel may have, and no other way of mounting. */
export function remountable(options: readonly string[]): readonly string[] {
  return options.filter((word) => !USERSPACE.test(word) && !MANNER.test(word));
}

/** Whether these show a directory again. */
export function isBind(options: readonly string[]): boolean {
  return options.includes("bind") || options.includes("rbind");
}

/** Whether somebody else mounts it when it is wanted. */
export function isOnDemand(options: readonly string[]): boolean {
  return options.includes("noauto") || options.includes("x-systemd.automount");
}
