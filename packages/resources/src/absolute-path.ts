import type { BindReport } from "@holdfast/core";
import { encodeText } from "./byte-text.ts";

/** The longest path Linux takes, without its closing NUL, and the longest name in one. */
const MAX_PATH_BYTES = 4095;
const MAX_NAME_BYTES = 255;

/** An absolute path without doubled or closing slash, and one with a component `.` or `..`. */
const ABSOLUTE = /^\/(?:[^/\0]+(?:\/[^/\0]+)*)?$/;
const WITH_DOTS = /\/\.{1,2}(?:\/|$)/;

/**
 * Reports a path that is not absolute and plain. Two spellings of one path would be two owners of one thing, so only
 * the shortest spelling is taken: no `.` or `..`, no doubled or closing slash.
 */
export function checkAbsolutePath(path: string, field: string, report: BindReport): void {
  const isShort = isWithin(path, MAX_PATH_BYTES);
  if (path.includes("\0") || !isShort) {
    const detail = `a path has at most ${MAX_PATH_BYTES} bytes and no NUL among them`;
    report(field, "not a path", detail);
    return;
  }
  if (!path.split("/").every((name) => isWithin(name, MAX_NAME_BYTES))) {
    const detail = `a name between two slashes has at most ${MAX_NAME_BYTES} bytes: shorten it`;
    report(field, "not a path", detail);
    return;
  }
  if (ABSOLUTE.test(path) && !WITH_DOTS.test(path)) return;
  if (!path.startsWith("/")) {
    report(field, "not an absolute path", `write a path that begins with /, not "${path}"`);
    return;
  }
  const plain = `/${path.split("/").filter(isComponent).join("/")}`;
  if (path.split("/").includes("..")) {
    report(field, "not a plain path", `"${path}" has .. in it: write where it leads`);
  } else if (plain !== path) {
    report(field, "not a plain path", `write "${plain}" instead of "${path}"`);
  }
}

/** The directory a path is in; `/` for `/` itself. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash <= 0 ? "/" : path.slice(0, slash);
}

/** A character is one byte at least and three at most for each of its places in a text. */
function isWithin(text: string, maxBytes: number): boolean {
  if (text.length * 3 <= maxBytes) return true;
  return text.length <= maxBytes && encodeText(text).length <= maxBytes;
}

function isComponent(component: string): boolean {
  return component !== "" && component !== ".";
}
