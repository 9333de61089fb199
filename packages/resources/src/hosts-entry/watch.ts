import { HOSTS } from "../hosts-file/hosts-file.ts";

/** The file in which all names are. */
export function watchedPathsOfHostsEntry(): readonly string[] {
  return [HOSTS];
}
