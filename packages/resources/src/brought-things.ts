import { pathOfThing, type Thing } from "@holdfast/core";

/** Whether a thing lies below a directory: what is unpacked, copied or mounted there may be it. */
export function isBelow(thing: Thing, directory: string): boolean {
  const path = pathOfThing(thing);
  return path?.startsWith(directory === "/" ? "/" : `${directory}/`) === true;
}
