import type { BindReport } from "@holdfast/core";

/** The longest path Linux takes, without its closing NUL. It counts bytes; characters are never more than these. */
const MAX_PATH_LENGTH = 4095;

/** An absolute path without doubled or closing slash, and one with a component `.` or `..`. */
const ABSOLUTE = /^\/(?:[^/\0]+(?:\/[^/\0]+)*)?$/;
const WITH_DOTS = /\/\.{1,2}(?:\/|$)/;

/**
 * Reports a path that is not absolute and plain. Two spellings of one path would be two owners of one thing, so only
 * the shortest spelling is taken: no `.` or `..`, no doubled or closing slash.
 */
export function checkAbsolutePath(path: string, field: string, report: BindReport): void {
  const isShort = path.length <= MAX_PATH_LENGTH;
  if (isShort && ABSOLUTE.test(path) && !WITH_DOTS.test(path)) return;
  if (path.includes("\0") || !isShort) {
    const detail = "a path has at most 4095 characters and no NUL among them";
    report(field, "not a path", detail);
    return;
  }
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

function isComponent(component: string): boolean {
  return component !== "" && component !== ".";
}
