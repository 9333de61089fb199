/**
 * A web server on Debian, kept whole: the package, its configuration, the people who publish, limits, kernel parameters
 * and the service, which loads its configuration again when that changes.
 *
 *     holdfast plan examples/webserver.ts --param domain=www.example.org
 */
import { blueprint } from "holdfast";

const parameters = {
  domain: { type: "string", default: "www.example.org", description: "the name of the site" },
  port: { type: "number", default: 80, description: "where it listens" },
  key: {
    type: "string",
    default:
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBERERERERERERERERERERERERERERERERERERERERER release",
    description: "the public key that may publish",
  },
} as const;

export default blueprint("webserver", { parameters }, (host, { domain, port, key }) => {
  if (host.os !== "linux") return;

  // The order needs no words: a service comes after its package and its files, a file after its owner.
  const nginx = host.package("nginx", { noRecommends: true });
  const server = host.service("nginx", { state: "running", enabled: true, onRefresh: "reload" });

  host.group("publish", { system: true });
  host.user("publish", {
    system: true,
    group: "publish",
    comment: "publishes the site",
    home: "/srv/www",
    shell: "/bin/sh",
  });
  const home = host.directory("/srv/www", { mode: 0o755, owner: "publish", group: "publish" });
  host.sshKey(
    "release",
    { user: "publish", key, options: ["no-pty"], exclusive: true },
    { dependsOn: [home] },
  );
  host.file("/srv/www/index.html", {
    content: `<h1>${domain}</h1>\n`,
    owner: "publish",
    group: "publish",
    mode: 0o644,
  });

  const site = [
    "server {",
    `  listen ${port};`,
    `  server_name ${domain};`,
    "  root /srv/www;",
    "}",
    "",
  ].join("\n");
  const after = { dependsOn: [nginx], notify: [server] };
  host.file("/etc/nginx/sites-available/site", { content: site, mode: 0o644 }, after);
  // The package brings a link of this name that leads to a page of its own.
  host.link("/etc/nginx/sites-enabled/default", { target: "../sites-available/site" }, after);

  host.systemdUnit(
    "nginx limits",
    { unit: "nginx", dropIn: "limits", sections: { Service: { LimitNOFILE: 65536 } } },
    { dependsOn: [nginx], notify: [server] },
  );
  host.limits("publish", { domain: "publish", limits: { nproc: 200 } });
  host.sysctl("net.core.somaxconn", { value: 4096 });
  host.cron("site-report", {
    special: "@daily",
    user: "publish",
    command: "/usr/bin/find /srv/www -newermt yesterday -type f",
  });
});
