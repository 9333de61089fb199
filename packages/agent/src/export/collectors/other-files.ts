import type { Candidate } from "../candidate.ts";
import type { Collector } from "../collector.ts";
import type { EtcFile } from "../evidence/etc-files.ts";
import { chooseAttributes, etcCandidate } from "./file-candidate.ts";

/** What other kinds are about: their collectors say what of it was chosen. */
const OF_OTHER_KINDS = /^\/etc\/(?:fstab|hostname|localtime|timezone)$/;

/** What programs of the system write anew by themselves. */
const GENERATED = new RegExp(
  [
    // The accounts and their copies, and locks.
    String.raw`/(?:passwd|group|shadow|gshadow|subuid|subgid)-?`,
    String.raw`/(?:\.pwd\.lock|\.updated|mtab|adjtime|resolv\.conf|machine-id|ld\.so\.cache)`,
    String.raw`/(?:locale\.gen|mailname)`,
    String.raw`/(?:shells|nologin|.*\.cache|apparmor\.d/(?:local|cache|cache\.d)/.*)`,
    String.raw`/(?:ssh/ssh_host_.*_key(?:\.pub)?|ssl/(?:certs|private)/ssl-cert-snakeoil\..*)`,
    String.raw`/(?:xml|sgml|emacs|java-.*|python3.*|texmf|fonts/conf\.d)/.*`,
    String.raw`/(?:pam\.d/common-.*|ca-certificates\.conf|dpkg/origins/default|iproute2/.*)`,
    String.raw`/(?:lvm/(?:archive|backup|cache|devices)/.*|udev/hwdb\.bin|security/opasswd)`,
    String.raw`/(?:apt/trusted\.gpg~?|apt/apt\.conf\.d/0\d?autoremove.*|network/run/.*)`,
    // What an installer writes of the disks and the hardware, and numbers that tell machines apart.
    String.raw`/(?:initramfs-tools/conf\.d/(?:resume|driver-policy)|kernel-img\.conf|mdadm/mdadm\.conf)`,
    String.raw`/(?:popularity-contest\.conf|hostid|nvme/host(?:id|nqn)|iscsi/initiatorname\.iscsi)`,
    // What the images of Debian for containers have.
    String.raw`/(?:apt/apt\.conf\.d|dpkg/dpkg\.cfg\.d)/docker-.*`,
    // Copies that packaging and editors leave.
    String.raw`/.*(?:\.dpkg-[a-z]+|\.ucf-[a-z]+|\.distrib|~|\.sw[a-p]|\.bak|\.orig|\.old)`,
  ]
    .map((one) => `^/etc${one}$`)
    .join("|"),
);

/** Everything else in /etc that no package has, and the directories that these files lie in. */
export const otherFiles: Collector = {
  title: "files in /etc that no package has",
  kinds: ["file", "link", "directory"],
  async collect(evidence) {
    const [found, { scripts }] = await Promise.all([evidence.etc(), evidence.records()]);
    const all = found.filter(({ path }) => !OF_OTHER_KINDS.test(path));
    const etc = all.filter(({ path }) => !GENERATED.test(path));
    const generated = all.filter(({ path }) => GENERATED.test(path));
    const files = etc.map((file): Candidate => {
      const maker = scripts.ofPath(file.path, file.linkTarget);
      const why = maker === undefined ? "no package has it" : `a script of ${maker} names it`;
      return { ...etcCandidate(file, { section: "Files", why }), isDefault: maker !== undefined };
    });
    const chosen = etc.filter((_file, position) => files[position]?.isDefault !== true);
    return {
      candidates: [...directoriesOf(chosen), ...files],
      leftOut: generated.map(({ path }) => ({ reason: "generated", what: path })),
    };
  },
};

function directoriesOf(files: readonly EtcFile[]): readonly Candidate[] {
  const paths = new Set(files.flatMap(({ directories }) => directories));
  // Units make the directories of their drop-ins themselves.
  const declared = [...paths].filter((path) => !path.startsWith("/etc/systemd/system/"));
  return declared.map((path) => ({
    section: "Directories",
    ways: [{ kind: "directory", name: path, input: {}, choose: chooseAttributes }],
    path,
    why: "no package has it",
  }));
}
