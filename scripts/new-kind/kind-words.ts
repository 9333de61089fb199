/** The forms of a kind's name in code. */
export function wordsOf(name: string): { readonly kind: string; readonly type: string } {
  const type = name.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return { kind: `${type.charAt(0).toLowerCase()}${type.slice(1)}Kind`, type };
}
