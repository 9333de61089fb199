import type { ResourceId } from "../../id.ts";

/** As many as the kernel follows for one path (path_resolution(7)). */
const MOST_LINKS = 40;

/** A declared symbolic link. */
interface DeclaredLink {
  readonly id: ResourceId;
  /** As stored. */
  readonly target: string;
}

/** Where a path leads when every declared link is as declared. */
export interface Way {
  /** The links on it, in the order in which they are followed. */
  readonly links: readonly ResourceId[];
  /** Without a declared link on it. */
  readonly path: string;
}

/** The symbolic links of a manifest, which decide what other paths of it mean. */
export class DeclaredLinks {
  readonly #links = new Map<string, DeclaredLink>();

  get isEmpty(): boolean {
    return this.#links.size === 0;
  }

  add(path: string, link: DeclaredLink): void {
    this.#links.set(path, link);
  }

  /** Follows the links above a path and, where `isFollowed`, one at the path. A circle is followed no further. */
  follow(path: string, isFollowed: boolean): Way {
    const links: ResourceId[] = [];
    let at = path;
    while (links.length < MOST_LINKS) {
      const link = this.#topmostOn(at, isFollowed);
      if (link === undefined) break;
      links.push(link.id);
      at = leadingTo(link) + link.rest || "/";
    }
    return { links, path: at };
  }

  #topmostOn(path: string, isFollowed: boolean) {
    for (let end = path.indexOf("/", 1); ; end = path.indexOf("/", end + 1)) {
      if (end < 0 && !isFollowed) return undefined;
      const prefix = end < 0 ? path : path.slice(0, end);
      const link = this.#links.get(prefix);
      if (link !== undefined) {
        const directory = prefix.slice(0, prefix.lastIndexOf("/"));
        return { ...link, directory, rest: path.slice(prefix.length) };
      }
      if (end < 0) return undefined;
    }
  }
}

/** The absolute path that a target means, without `.` and `..`; empty for the root. */
function leadingTo({ directory, target }: { readonly directory: string; readonly target: string }) {
  const parts: string[] = [];
  const whole = target.startsWith("/") ? target : `${directory}/${target}`;
  for (const part of whole.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.map((part) => `/${part}`).join("");
}
