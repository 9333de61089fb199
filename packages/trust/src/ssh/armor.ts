import { parseBase64, printBase64 } from "../bytes/base64.ts";

const BEGIN = "-----BEGIN SSH SIGNATURE-----";
const END = "-----END SSH SIGNATURE-----";
/** As `ssh-keygen` breaks its lines. */
const LINE_LENGTH = 70;

/** The bytes in what `ssh-keygen -Y sign` prints. `undefined` when it is no such text. */
export function parseArmor(text: string): Uint8Array | undefined {
  const lines = text.replaceAll("\r\n", "\n").trim().split("\n");
  if (lines.shift() !== BEGIN || lines.pop() !== END) return undefined;
  return parseBase64(lines.join(""));
}

/** The same text for bytes: what `ssh-keygen -Y verify` reads. */
export function printArmor(bytes: Uint8Array): string {
  const body = printBase64(bytes).match(new RegExp(`.{1,${LINE_LENGTH}}`, "g")) ?? [];
  return `${[BEGIN, ...body, END].join("\n")}\n`;
}
