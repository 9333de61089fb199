/**
 * A small web site, as its operator declares it: folders, pages, a configuration, a link to the current release and a
 * checksum that a command makes. It needs no rights beyond those on its root:
 *
 *     holdfast apply examples/quickstart.ts --root /tmp/quickstart --root-exec
 */
import { blueprint } from "holdfast";

const parameters = {
  port: { type: "number", default: 8080, description: "where the site listens" },
  stage: { type: "enum", values: ["staging", "production"], default: "staging" },
} as const;

export default blueprint("quickstart", { parameters }, (host, { port, stage }) => {
  if (host.os === "windows") return;

  // Nothing says in which order: a file comes after the directory it lies in by itself.
  host.directory("/etc", { mode: 0o755 });
  host.directory("/srv", { mode: 0o755 });
  host.directory("/srv/site", { mode: 0o755 });
  host.directory("/srv/site/releases", { mode: 0o755 });
  host.directory("/srv/site/releases/1.0", { mode: 0o755 });

  const pages = ["index", "about", "contact"].map((page) =>
    host.file(`/srv/site/releases/1.0/${page}.html`, {
      content: `<h1>${page}</h1>\n<p>This is the ${stage} site.</p>\n`,
      mode: 0o644,
    }),
  );

  // Here the order matters and cannot be seen from the paths, so it is said.
  const release = host.link("/srv/site/current", { target: "releases/1.0" }, { dependsOn: pages });

  // Its mode is this file's business; its lines are the business of the two below.
  const config = host.file("/etc/site.conf", { mode: 0o640 });
  const path = "/etc/site.conf";
  host.line("listen", { path, line: `listen ${port}`, match: "^listen " }, { dependsOn: [config] });
  const limits = { marker: "limits", text: "max_clients 100\nmax_body 1m\n" };
  host.line("limits", { path, block: limits }, { dependsOn: [config] });

  // Under a root a command runs outside of it and finds it in HOLDFAST_ROOT. It runs while its guard says there is work.
  host.exec(
    "checksums",
    {
      command: 'cd "$HOLDFAST_ROOT/srv/site/current" && cksum *.html > ../checksums',
      shell: true,
      unless: ["/bin/sh", "-c", 'test -s "$HOLDFAST_ROOT/srv/site/releases/checksums"'],
    },
    { dependsOn: [release] },
  );

  // A test on a part of the machines: the same ones each time.
  if (host.inShard(25, "new-banner")) {
    host.file("/srv/site/releases/1.0/banner.txt", { content: "You are one of the first.\n" });
  }
});
