/** Decimal text as a uid or gid: 0 to 2^32 − 2; the last number means "none" to the kernel. */
export function parseAccountId(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return isAccountId(id) ? id : undefined;
}

/** Tells whether a number can be a uid or gid. */
export function isAccountId(id: number): boolean {
  return Number.isInteger(id) && id >= 0 && id < 2 ** 32 - 1;
}
