import { encodePath } from "@holdfast/daemonkit/machine";
import type { ExtendedAttributes } from "./calls.ts";

/** There is no such attribute, or the file system knows none. */
const NONE = ["ENODATA", "EOPNOTSUPP"];

const NS_PER_S = 1_000_000_000n;
/** UTIME_OMIT: that time stays as it is. */
const TIME_LEFT_ALONE = 0x3ffffffen;

/** Linux's largest list and largest value. */
const LARGEST_BYTES = 64 * 1024;

/**
 * Extended attributes through the C library, for which Node has no calls; `undefined` where koffi is not installed
 * or not built for this machine.
 */
export async function loadRealAttributes(): Promise<ExtendedAttributes | undefined> {
  try {
    return attributesThrough((await import("koffi")).default);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

type Koffi = typeof import("koffi").default;

function attributesThrough(koffi: Koffi): ExtendedAttributes {
  const c = koffi.load(null);
  const list = c.func("int64_t llistxattr(const char *path, _Out_ uint8_t *list, size_t size)");
  const get = c.func(
    "int64_t lgetxattr(const char *path, const char *name, _Out_ uint8_t *value, size_t size)",
  );
  const getOf = c.func(
    "int64_t getxattr(const char *path, const char *name, _Out_ uint8_t *value, size_t size)",
  );
  const set = c.func(
    "int setxattr(const char *path, const char *name, const uint8_t *value, size_t size, int flags)",
  );
  const setTimes = c.func(
    "int utimensat(int directory, const char *path, const int64_t *times, int flags)",
  );
  const buffer = Buffer.alloc(LARGEST_BYTES);

  function checked(call: string, result: unknown): number {
    const count = Number(result);
    if (count >= 0) return count;
    throw errnoError(koffi, call);
  }

  return {
    list(directory, name) {
      const path = cPath(directory, name);
      const length = Number(list(path, null, 0));
      if (length === 0 || (length < 0 && hasErrno(koffi, "EOPNOTSUPP"))) return [];
      const filled = checked("llistxattr", list(path, buffer, buffer.length));
      return buffer.toString("utf8", 0, filled).split("\0").filter(Boolean);
    },
    get(directory, name, attribute) {
      const path = cPath(directory, name);
      const filled = checked("lgetxattr", get(path, attribute, buffer, buffer.length));
      return Uint8Array.prototype.slice.call(buffer, 0, filled);
    },
    getOf(handle, attribute) {
      const path = `/proc/self/fd/${handle}`;
      const length = Number(getOf(path, attribute, buffer, buffer.length));
      if (length < 0 && NONE.some((code) => hasErrno(koffi, code))) return undefined;
      return Uint8Array.prototype.slice.call(buffer, 0, checked("getxattr", length));
    },
    set(file, attribute, value) {
      // By its name, because there is no fsetxattr of a path handle.
      const path = `/proc/self/fd/${file}`;
      checked("setxattr", set(path, attribute, value, value.length, 0));
    },
    setModified(file, modifiedNs) {
      const times = [0n, TIME_LEFT_ALONE, modifiedNs / NS_PER_S, modifiedNs % NS_PER_S];
      const path = `/proc/self/fd/${file}`;
      checked("utimensat", setTimes(0, path, BigInt64Array.from(times), 0));
    },
  };
}

/** Of bytes koffi passes the address: the end is ours to mark. */
function cPath(directory: number, name: string): string | Buffer {
  const path = encodePath(`/proc/self/fd/${directory}/${name}`);
  return typeof path === "string" ? path : Buffer.concat([path, Buffer.of(0)]);
}

function hasErrno(koffi: Koffi, name: string): boolean {
  return koffi.errno() === koffi.os.errno[name];
}

function errnoError(koffi: Koffi, call: string): Error {
  const number = koffi.errno();
  const code =
    Object.entries(koffi.os.errno).find(([, value]) => value === number)?.[0] ?? "EUNKNOWN";
  return Object.assign(new Error(`${code}: ${call}`), { code });
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    (("code" in error &&
      (error.code === "ERR_MODULE_NOT_FOUND" || error.code === "MODULE_NOT_FOUND")) ||
      error.message.includes("native Koffi module"))
  );
}
