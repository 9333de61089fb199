import type { Thing } from "@holdfast/core";

/** What runs the engine, by the names that Debian, Fedora and Docker give it. */
export const ENGINE_THINGS: readonly Thing[] = [
  "service:podman.socket",
  "service:podman.service",
  "service:docker.socket",
  "service:docker.service",
  "package:podman",
  "package:docker.io",
  "package:docker-ce",
];
