import { type Declared, textOf } from "./declared.ts";

/** What somebody does to one part of one resource. */
export interface Tamper {
  readonly id: string;
  /** The field, or the lines of a control, that it is done to. */
  readonly part: string;
  /** The controls that this is against; for a resource without any, its tags. */
  readonly controls: readonly string[];
  /** A line for the machine's shell. */
  readonly command: string;
}

/** Ways to tamper with one resource, one for each part of it that can be; and a line that prints what it is now. */
export interface Tamperable {
  readonly id: string;
  /** Where two who write at once could undo each other. */
  readonly place: string;
  readonly tampers: readonly Tamper[];
  readonly reading: string;
}

/** How a resource is tampered with, by its kind alone. */
export function tamperable(resource: Declared): Tamperable {
  const { id, kind } = resource;
  const { parts, reading } = waysOf(resource);
  const all = controlsOf(resource);
  const tampers = Object.entries(parts).map(([part, command]) => {
    const own = all.filter((control) => control === part.replace("CIS ", "cis-"));
    return { id, part, controls: own.length > 0 ? own : all, command };
  });
  return { id, place: kind === "line" ? textOf(resource, "path") : id, tampers, reading };
}

/** The tags of a resource that are no section of another one: its controls. */
export function controlsOf({ tags }: Declared): readonly string[] {
  return tags.filter((tag) => !tags.some((other) => other.startsWith(`${tag}.`)));
}

interface Ways {
  /** Commands by the part that each is done to. */
  readonly parts: Readonly<Record<string, string>>;
  readonly reading: string;
}

function waysOf(resource: Declared): Ways {
  const { kind, name, spec } = resource;
  switch (kind) {
    case "file":
      return waysOfFile(resource);
    case "directory":
      return { parts: { mode: `chmod 0707 ${name}` }, reading: attributesOf(name) };
    case "line":
      return waysOfLine(textOf(resource, "path"), textOf(resource, "line"));
    case "sysctl":
      return waysOfSysctl(name, textOf(resource, "value"));
    case "kernel-module":
      return waysOfWholeFile(`/etc/modprobe.d/holdfast-${name.replaceAll("-", "_")}.conf`);
    case "limits":
      return waysOfWholeFile(`/etc/security/limits.d/90-holdfast-${name}.conf`);
    case "cron":
      return waysOfWholeFile(`/etc/cron.d/${name}`);
    case "package":
      return waysOfPackage(name, spec["state"] === "absent");
    case "service":
      return waysOfService(resource);
    case "user":
      return waysOfUser(resource);
    case "group":
      return { parts: { group: `groupdel ${name}` }, reading: `grep -c '^${name}:' /etc/group` };
    case "ssh-key":
      return waysOfKey(`/home/${textOf(resource, "user")}/.ssh/authorized_keys`);
    case "exec":
      return waysOfExec(resource);
    default:
      throw new Error(`nobody knows how to tamper with a ${kind}`);
  }
}

/** A file that several controls share has the number of each above its lines: each control loses its own lines once. */
function waysOfFile({ name, spec }: Declared): Ways {
  if (spec["state"] === "absent") {
    return { parts: { state: `touch ${name}` }, reading: `test -e ${name}` };
  }
  const { content, mode } = spec;
  const parts: Record<string, string> = {};
  if (mode !== undefined) parts["mode"] = `chmod 0707 ${name}`;
  if (typeof content !== "string") return { parts, reading: attributesOf(name) };
  const controls = [...content.matchAll(/^# (CIS [\d.]+)$/gm)].map(([, control = ""]) => control);
  for (const control of controls) {
    // Up to the next control, or the end.
    parts[control] = `sed -i '/^# ${control}$/,/^# CIS/{/^# ${control}$/d;/^# CIS/!d}' ${name}`;
  }
  if (controls.length === 0) parts["content"] = `echo tampered >> ${name}`;
  return { parts, reading: `${attributesOf(name)}; cat ${name}` };
}

function waysOfLine(path: string, line: string): Ways {
  const without = `grep -vFx '${line}' ${path} > /tmp/tampered; cat /tmp/tampered > ${path}`;
  return { parts: { line: without }, reading: `grep -Fx '${line}' ${path}` };
}

/** Keys of the network are this machine's own; the others may only be read in it. */
function waysOfSysctl(key: string, value: string): Ways {
  const file = `/etc/sysctl.d/99-holdfast-${key}.conf`;
  const live = key.startsWith("net.")
    ? { live: `sysctl -q -w ${key}=${value === "0" ? 1 : 0}` }
    : {};
  return { parts: { ...live, persisted: `rm ${file}` }, reading: `sysctl -n ${key}; cat ${file}` };
}

function waysOfWholeFile(path: string): Ways {
  return { parts: { file: `rm ${path}` }, reading: `cat ${path}` };
}

/** Several packages are one call of the tool: see `packageCommand`. */
function waysOfPackage(name: string, isAbsent: boolean): Ways {
  const parts = { package: packageCommand(isAbsent ? "install" : "purge", [name]) };
  return {
    parts,
    reading: `dpkg-query -W -f '\${db:Status-Status}' ${name} | sed 's/not-installed//'`,
  };
}

/** Installs or purges packages, as somebody would who does not care. */
export function packageCommand(verb: "install" | "purge", names: readonly string[]): string {
  return verb === "install"
    ? `apt-get -qq -y install ${names.join(" ")}`
    : `dpkg --purge --force-all ${names.join(" ")}`;
}

function waysOfService({ name, spec }: Declared): Ways {
  const unit = name.includes(".") ? name : `${name}.service`;
  const parts: Record<string, string> = {};
  // An agent that starts it again before it has stopped cancels the order, which is as good.
  if (spec["state"] === "running") parts["state"] = `systemctl stop ${unit} || :`;
  if (spec["enabled"] === true) parts["enabled"] = `systemctl disable ${unit}`;
  if (spec["masked"] === true) parts["masked"] = `systemctl unmask ${unit}`;
  const reading = `systemctl show -p ActiveState -p UnitFileState ${unit}`;
  return { parts, reading };
}

function waysOfUser({ name, spec }: Declared): Ways {
  const parts: Record<string, string> = {};
  if (spec["shell"] !== undefined) parts["shell"] = `usermod --shell /bin/dash ${name}`;
  if (spec["locked"] === true) parts["locked"] = `usermod --unlock ${name}`;
  return { parts, reading: `grep '^${name}:' /etc/passwd; grep '^${name}:' /etc/shadow` };
}

function waysOfKey(path: string): Ways {
  return { parts: { key: `sed -i d ${path}` }, reading: `cat ${path}` };
}

/** What a command made goes away. */
function waysOfExec({ name, spec }: Declared): Ways {
  const { creates, command } = spec;
  if (typeof creates === "string") return waysOfWholeFile(creates);
  const [program, , ...profiles] = Array.isArray(command) ? command.map(String) : [];
  const disable = `DEBIAN_FRONTEND=noninteractive ${program} --remove ${profiles.join(" ")}`;
  const reading = "cat /etc/pam.d/common-auth /etc/pam.d/common-account /etc/pam.d/common-password";
  return { parts: { [name]: disable }, reading };
}

function attributesOf(path: string): string {
  return `stat -c '%a %U %G' ${path}`;
}
