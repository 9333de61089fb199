import { type FstabEntry, fstabFormat, parseTable } from "@holdfast/core";
import type { Evidence } from "./evidence.ts";
import { textAt } from "./text-at.ts";

/** A line of fstab, and who wrote it. */
export interface FstabLine {
  readonly entry: FstabEntry;
  /** An installer, an image or a program wrote it. */
  readonly isBrought: boolean;
}

/** What the installers of Debian and Ubuntu write above a line of theirs. */
const INSTALLED = /^#\s*\S+ was on \S+ during (?:curtin )?installation\s*$/;
/** What a machine starts from: whoever made its disk wrote the line. */
const STARTED_FROM = new Set(["/", "/boot", "/boot/efi", "/efi", "/usr"]);
/** Drives of removable disks: the installer of Debian writes a line for each that it finds. */
const DRIVE = /^\/dev\/(?:sr|scd|fd|cdrom|dvd)\d*$/;
const DRIVE_PLACE = /^\/media\/(?:cdrom|floppy|usb)\d*$/;
/** Devices that the installer of Debian names by their path, without a comment above: LVM, encryption and RAID. */
const MAPPED = /^\/dev\/(?:mapper\/|md)/;
/** What cloud-init writes into the options of its lines. */
const CLOUD = "comment=cloudconfig";
/** The swap file that the installer of Ubuntu makes. */
const UBUNTU_SWAP = "/swap.img";

/**
 * The lines of fstab, each with what is known of its writer. No record says who wrote one; the evidence is what installers
 * and images leave: their comments and columns, and what they write lines for.
 * @throws {Fault} UnsupportedPlatform, where it is no Debian's; what keeps it from being read.
 */
export async function readFstabLines({
  host,
  signal,
  records,
}: Evidence): Promise<readonly FstabLine[]> {
  // Other installers leave other evidence.
  await records();
  const text = (await textAt("/etc/fstab", host.files, signal)) ?? "";
  const { lines } = parseTable(text, fstabFormat);
  return lines.flatMap(({ text: line, meaning }, position) => {
    if (meaning.type !== "entry") return [];
    const { entry } = meaning;
    const isInstalled = INSTALLED.test(lines[position - 1]?.text ?? "");
    return [{ entry, isBrought: isInstalled || isBrought(entry, line) }];
  });
}

function isBrought(entry: FstabEntry, line: string): boolean {
  const { source, mountPoint, type, options } = entry;
  if (STARTED_FROM.has(mountPoint) || options.includes(CLOUD)) return true;
  if (DRIVE.test(source) || DRIVE_PLACE.test(mountPoint)) return true;
  if (type === "swap" && source === UBUNTU_SWAP) return true;
  return MAPPED.test(source) && line === inColumns(entry);
}

/** A line as the installer of Debian prints it; the heading that it puts above all of them has the same columns. */
function inColumns({ source, mountPoint, type, options, dump, pass }: FstabEntry): string {
  const columns = [
    source.padEnd(15),
    mountPoint.padEnd(15),
    type.padEnd(7),
    options.join(",").padEnd(15),
    String(dump).padEnd(7),
  ];
  return [...columns, pass].join(" ");
}
