import type { StableId } from "@holdfast/core";
import type { RootReader } from "./root-reader.ts";

/** What firmware says when nobody gave the machine a serial; compared in lower case. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  "",
  "to be filled by o.e.m.",
  "to be filled by oem",
  "to be filled by o.e.m",
  "to be filled",
  "default string",
  "default",
  "none",
  "null",
  "n/a",
  "na",
  "unknown",
  "undefined",
  "not specified",
  "not available",
  "not applicable",
  "not provided",
  "not settable",
  "not present",
  "no serial number",
  "no asset information",
  "serial number",
  "system serial number",
  "system serialnumber",
  "chassis serial number",
  "product serial number",
  "sernum",
  "serial",
  "$serial",
  "standard",
  "system manufacturer",
  "system product name",
  "systemserialnumb",
  "empty",
  "invalid",
  "oem",
  "o.e.m.",
  "test",
  "type1productserial",
  "type1 - system serial number",
  "0123456789",
  "123456789",
  "1234567890",
  "12345678",
  // The example UUID of a firmware vendor.
  "03000200-0400-0500-0006-000700080009",
  "uninitialized",
]);

/** In this order: what survives a reinstallation first. */
const SOURCES = [
  { source: "dmi-product-serial", path: "sys/class/dmi/id/product_serial" },
  { source: "device-tree-serial", path: "proc/device-tree/serial-number" },
  { source: "device-tree-serial", path: "sys/firmware/devicetree/base/serial-number" },
  { source: "machine-id", path: "etc/machine-id" },
  { source: "machine-id", path: "var/lib/dbus/machine-id" },
] as const;

/**
 * The first identity that is one; `undefined` when only placeholders were found. Never cut, only trimmed. A container sees
 * the serial of the machine that it shares with others, so only its machine-id is its own.
 */
export function readStableId(
  root: RootReader,
  { isContainer }: { readonly isContainer: boolean },
): StableId | undefined {
  for (const { source, path } of SOURCES) {
    if (isContainer && source !== "machine-id") continue;
    const value = trimIdentity(root.text(path) ?? "");
    if (!isPlaceholder(value)) return { value, source };
  }
  return undefined;
}

/** Without white space and NULs at either end: the device tree ends its texts with a NUL. */
export function trimIdentity(text: string): string {
  return text.replace(/^[\s\0]+|[\s\0]+$/g, "");
}

/** Whether many machines have this "serial": a known placeholder, or one character over and over. */
export function isPlaceholder(value: string): boolean {
  const plain = trimIdentity(value).toLowerCase();
  if (PLACEHOLDERS.has(plain)) return true;
  // 0, 0000-0000, ........, XXXXXXXX and ffffffff-ffff are nobody's.
  return /^(.?)\1*$/.test(plain.replace(/[\s:-]/g, ""));
}
