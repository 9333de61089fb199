import { chmod, chown, stat } from "./files/attributes.ts";
import { cp, mv } from "./files/copy.ts";
import { install } from "./files/install.ts";
import { ln, readlink } from "./files/link.ts";
import { mkdir, touch } from "./files/make.ts";
import { rm, rmdir, unlink } from "./files/remove.ts";
import type { Program } from "./machine/process.ts";
import { shell } from "./shell/shell.ts";
import { echo } from "./small/echo.ts";
import { env } from "./small/env.ts";
import { basename, dirname, ending, id, pwd, sleep } from "./small/plain.ts";
import { printf } from "./small/printf.ts";
import { bracket, testProgram } from "./small/test.ts";
import { grep } from "./text/grep.ts";
import { sort, uniq } from "./text/order.ts";
import { head, tail } from "./text/parts.ts";
import { cat, tee, wc } from "./text/plain-text.ts";
import { sed } from "./text/sed.ts";

/** Programs of the simulated machine, by their base name. They are in /usr/bin, which is also /bin. */
export const simulatedPrograms: ReadonlyMap<string, Program> = new Map([
  ["[", bracket],
  ["basename", basename],
  ["bash", shell("bash")],
  ["cat", cat],
  ["chmod", chmod],
  ["chown", chown],
  ["cp", cp],
  ["dirname", dirname],
  ["echo", echo],
  ["env", env],
  ["false", ending(1)],
  ["grep", grep],
  ["head", head],
  ["id", id],
  ["install", install],
  ["ln", ln],
  ["mkdir", mkdir],
  ["mv", mv],
  ["printf", printf],
  ["pwd", pwd],
  ["readlink", readlink],
  ["rm", rm],
  ["rmdir", rmdir],
  ["sed", sed],
  ["sh", shell("sh")],
  ["sleep", sleep],
  ["sort", sort],
  ["stat", stat],
  ["tail", tail],
  ["tee", tee],
  ["test", testProgram],
  ["touch", touch],
  ["true", ending(0)],
  ["uniq", uniq],
  ["unlink", unlink],
  ["wc", wc],
]);
