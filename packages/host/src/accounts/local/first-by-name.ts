/** Entries by name; the first of a name counts, as for the C library. */
export function firstByName<Entry extends { readonly name: string }>(
  entries: readonly Entry[],
): ReadonlyMap<string, Entry> {
  const named = new Map<string, Entry>();
  for (const entry of entries) if (!named.has(entry.name)) named.set(entry.name, entry);
  return named;
}
