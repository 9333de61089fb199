import type { CLibrary } from "./c-library.ts";

/** Binds malloc_trim(3) of glibc; other C libraries keep little of what was freed and have no such call. */
export function createTrim({ symbols }: CLibrary): () => void {
  const trim: (keepBytes: number) => number = symbols.func("int malloc_trim(size_t)");
  return () => {
    trim(0);
  };
}
