/**
 * A host of containers on Debian: Podman and its socket, a network, a volume, a web server and what it stands before. What is
 * killed, renamed, removed or retagged by hand is put right; a new image is rolled back by itself when it does not get healthy.
 *
 *     holdfast plan examples/containerhost.ts --param web=docker.io/library/nginx:1.27
 */
import { blueprint } from "holdfast";

const parameters = {
  web: { type: "string", default: "docker.io/library/nginx:1.27", description: "the web server" },
  app: { type: "string", default: "docker.io/library/redis:7", description: "what is behind it" },
  port: { type: "number", default: 8080, description: "where the web server listens" },
} as const;

export default blueprint("containerhost", { parameters }, (host, { web, app, port }) => {
  if (host.os !== "linux") return;

  // The order needs no words: containers come after the engine's socket, their network, their volume and their files.
  host.package("podman");
  host.service("podman.socket", { state: "running", enabled: true });
  host.directory("/srv/site", { mode: "0755" });
  host.file("/srv/site/index.html", { content: "<h1>It works</h1>\n", mode: "0644" });

  host.containerNetwork("front", { subnets: [{ subnet: "10.88.20.0/24" }] });
  host.containerVolume("app-data", { labels: { backup: "nightly" } });

  host.container("app", {
    image: app,
    networks: ["front"],
    mounts: [{ source: "app-data", target: "/data" }],
    readOnly: true,
    noNewPrivileges: true,
    capabilities: { drop: ["ALL"] },
    limits: { memory: "256M", pids: 100 },
    restart: "unless-stopped",
  });
  host.container("web", {
    image: web,
    networks: ["front"],
    ports: [`${port}:80`],
    mounts: [{ source: "/srv/site", target: "/usr/share/nginx/html", readOnly: true }],
    health: { command: ["curl", "--fail", "--silent", "http://localhost/"], interval: 5 },
    healthTimeout: 30,
    restart: "unless-stopped",
  });
});
