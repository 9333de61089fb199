/** The code of a system error, such as `ENOENT`; `undefined` for anything else that was thrown. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
