import { DaemonFault } from "../daemon-fault.ts";
import { optionFault } from "../option.ts";
import type { Component, Route } from "./route.ts";

/** A route that fits a request. */
export interface RouteMatch {
  readonly route: Route;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds routes. */
export interface Router {
  /**
   * HEAD is taken as GET.
   * @throws {DaemonFault} NotFound; MethodNotAllowed; RequestInvalid, when the path is not encoded as it should be.
   */
  find(method: string, path: string): RouteMatch;
  /** The methods that a path has, for the `Allow` header. */
  methodsOf(path: string): readonly string[];
}

const RESERVED: ReadonlySet<string> = new Set(["health", "status"]);

/**
 * Makes a router of components and of routes at the top.
 * @throws {DaemonFault} OptionInvalid, when a name cannot be one, is taken, or two components share it.
 */
export function createRouter(top: readonly Component[], components: readonly Component[]): Router {
  refuseNames(components);
  const known = new Map([...top, ...components].map((each) => [each.name, each.routes]));
  const matching = (path: string): readonly RouteMatch[] => {
    const [name = "", ...parts] = partsOf(path);
    return (known.get(name) ?? []).flatMap((route) => {
      const parameters = match(route.path, parts);
      return parameters === undefined ? [] : [{ route, parameters }];
    });
  };
  const methodsOf = (path: string): readonly string[] => {
    const methods = matching(path).map(({ route }) => route.method);
    return [...new Set(methods.includes("GET") ? ["GET", "HEAD", ...methods] : methods)];
  };
  return {
    methodsOf,
    find(method, path) {
      const matches = matching(path);
      if (matches.length === 0) throw notFound(path);
      const wanted = method === "HEAD" ? "GET" : method;
      const found = matches.find(({ route }) => route.method === wanted);
      if (found === undefined) throw notAllowed(method, path, methodsOf(path));
      return found;
    },
  };
}

function refuseNames(components: readonly Component[]): void {
  const seen = new Set(RESERVED);
  for (const { name } of components) {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
      throw optionFault(
        `a component cannot be called ${JSON.stringify(name)}`,
        "Use lower-case letters, digits and hyphens.",
      );
    }
    if (seen.has(name)) {
      throw optionFault(`/${name} has an owner already`, "Give the component another name.");
    }
    seen.add(name);
  }
}

/** The decoded parts of a path; a slash at the end does not matter. */
function partsOf(path: string): readonly string[] {
  const parts = path.replace(/^\//, "").replace(/\/$/, "").split("/");
  try {
    return parts.map((part) => decodeURIComponent(part));
  } catch (error) {
    throw new DaemonFault({
      reason: "RequestInvalid",
      message: `the path ${path} is not well encoded`,
      resolution: "Encode each part of the path with encodeURIComponent.",
      cause: error,
    });
  }
}

function match(pattern: string, parts: readonly string[]): RouteMatch["parameters"] | undefined {
  const wanted = pattern === "" ? [] : pattern.split("/");
  if (wanted.length !== parts.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const expected = wanted[index] ?? "";
    if (expected.startsWith(":") && part !== "") parameters[expected.slice(1)] = part;
    else if (expected !== part) return undefined;
  }
  return parameters;
}

function notFound(path: string): DaemonFault {
  return new DaemonFault({
    reason: "NotFound",
    message: `there is nothing at ${path}`,
    resolution: "Check the path; GET /status is always there.",
  });
}

function notAllowed(method: string, path: string, methods: readonly string[]): DaemonFault {
  return new DaemonFault({
    reason: "MethodNotAllowed",
    message: `${path} cannot be asked with ${method}`,
    resolution: `Use ${methods.join(" or ")}.`,
  });
}
