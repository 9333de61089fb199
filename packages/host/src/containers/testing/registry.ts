import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { createServer, type IncomingMessage } from "node:http";

/** Who may pull what is below `private/`. */
export const LOGIN = { username: "me", password: "wörd" } as const;

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** An image of one layer, as a registry has it: its parts by their digests. */
function imageOf(archive: string, tag: string) {
  const layer = fs.readFileSync(archive);
  const config = Buffer.from(
    JSON.stringify({
      architecture: "amd64",
      os: "linux",
      config: { Cmd: ["/bin/sh", "-c", "while :; do sleep 1; done"], Labels: { tag } },
      rootfs: { type: "layers", diff_ids: [digestOf(layer)] },
    }),
  );
  const part = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    size: bytes.length,
    digest: digestOf(bytes),
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: part("application/vnd.oci.image.config.v1+json", config),
      layers: [part("application/vnd.oci.image.layer.v1.tar", layer)],
    }),
  );
  return { manifest, parts: [config, layer, manifest] };
}

/** A registry of the images `app:1`, `app:2` and `private/app:1` on this address, for as long as the process runs. */
function serveRegistry(archive: string, address: string): void {
  const tags = new Map(["1", "2"].map((tag) => [tag, imageOf(archive, tag)] as const));
  const parts = new Map(
    [...tags.values()].flatMap((image) =>
      image.parts.map((bytes) => [digestOf(bytes), bytes] as const),
    ),
  );
  const [host = "", port = ""] = address.split(":");
  createServer((request, response) => {
    const [, name = "", sort, what = ""] =
      /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(request.url ?? "") ?? [];
    // Whoever asks for the version finds out how to log in; without a login what is open is had all the same.
    if (name !== "app" && !isLoggedIn(request)) {
      response.setHeader("www-authenticate", 'Basic realm="test"');
      return void response.writeHead(401).end();
    }
    const bytes = tags.get(what)?.manifest ?? parts.get(what);
    if (sort === undefined || bytes === undefined || !/^(?:private\/)?app$/.test(name)) {
      return void response.writeHead(request.url === "/v2/" ? 200 : 404).end();
    }
    response.setHeader("docker-content-digest", digestOf(bytes));
    response.setHeader("content-length", bytes.length);
    response.setHeader("content-type", sort === "blobs" ? "application/octet-stream" : MANIFEST);
    response.writeHead(200).end(request.method === "HEAD" ? undefined : bytes);
  }).listen(Number(port), host);
}

function isLoggedIn({ headers }: IncomingMessage): boolean {
  const login = Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString("base64");
  return headers.authorization === `Basic ${login}`;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

const [, , archive, address] = process.argv;
if (import.meta.main && archive !== undefined && address !== undefined) {
  serveRegistry(archive, address);
}
