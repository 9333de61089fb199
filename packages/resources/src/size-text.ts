/** How a size is written: bytes, or a text such as `512M`. Units are of 1024. */
export const SIZE_TEXT = /^[1-9]\d{0,12}[KMGTkmgt]?$/;

/** A size in bytes; NaN for a text that says none, and what is too large for a number is not safe any more. */
export function bytesOfSize(size: number | string): number {
  const [, digits = "", unit = ""] = /^(\d+)([kmgt]?)$/i.exec(String(size)) ?? [];
  if (digits === "") return Number.NaN;
  return Number(digits) * 1024 ** " kmgt".indexOf(unit.toLowerCase() || " ");
}
