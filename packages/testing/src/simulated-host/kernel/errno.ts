/** An error as the kernel's calls throw them: the errno word in `code`. */
export function errnoError(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: simulated ${call}`), { code });
}
