/**
 * A web server on Debian, kept whole: the package, its site from a template, the people who publish, limits, kernel
 * parameters, a file system in memory and the service, which loads its configuration again when that changes.
 *
 *     holdfast plan examples/webserver.ts --param domain=www.example.org
 *
 * Three parameters add what a first try does not have: `certificates`, `authority` and `repository`.
 */
import { blueprint, type Host } from "holdfast";

const parameters = {
  domain: { type: "string", default: "www.example.org", description: "the name of the site" },
  port: { type: "number", default: 80, description: "where it listens" },
  key: {
    type: "string",
    default:
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBERERERERERERERERERERERERERERERERERERERERER release",
    description: "the public key that may publish",
  },
  certificates: {
    type: "string",
    default: "",
    description: "a directory with site.pem and site.key; with it the site is served over TLS",
  },
  authority: {
    type: "string",
    default: "",
    description: "a certificate that the whole machine trusts, such as that of a backend",
  },
  repository: {
    type: "string",
    default: "",
    description: "a git repository whose branch main is the site; without it there is one page",
  },
} as const;

/** The site in nginx's own language. `tls` is the directory of its certificate; empty, the site is plain HTTP. */
const SITE = `server {
{{#tls}}
  listen 443 ssl;
  ssl_certificate {{tls}}/site.pem;
  ssl_certificate_key {{tls}}/site.key;
{{/tls}}
{{^tls}}
  listen {{port}};
{{/tls}}
  server_name {{domain}};
  root {{root}};
  client_body_temp_path {{cache}};
}
`;

export default blueprint("webserver", { parameters }, (host, given) => {
  if (host.os !== "linux") return;
  const { domain, port, key, certificates, authority, repository } = given;

  // The order needs no words: a service comes after its package and its files, a file after its owner.
  // Not held: the updates of this machine may bring those of nginx too.
  const nginx = host.package("nginx", { noRecommends: true, hold: false });
  const server = host.service("nginx", {
    state: "running",
    enabled: true,
    masked: false,
    onRefresh: "reload",
  });

  publisher(host, key);
  const root = repository === "" ? page(host, domain) : checkout(host, repository);

  const after = { dependsOn: [nginx], notify: [server] };
  const tls = certificates === "" ? "" : "/etc/nginx/certificates";
  host.directory(
    "/etc/nginx/certificates",
    { mode: 0o700, owner: "root", ...(tls === "" ? {} : { source: certificates }) },
    after,
  );
  if (authority !== "") host.caCertificate("site-authority", { contentFrom: { path: authority } });

  // What visitors send lies in memory while it is read, and never fills the disk.
  const cache = "/var/cache/nginx";
  host.directory(cache);
  host.mount(
    cache,
    { source: "tmpfs", type: "tmpfs", options: ["size=64m", "mode=700", "nosuid", "nodev"] },
    { notify: [server] },
  );

  const vars = { domain, port, root, cache, tls };
  host.file(
    "/etc/nginx/sites-available/site",
    { template: { text: SITE, vars }, mode: 0o644 },
    after,
  );
  // The package brings a link of this name that leads to a page of its own.
  host.link("/etc/nginx/sites-enabled/default", { target: "../sites-available/site" }, after);

  host.systemdUnit(
    "nginx limits",
    { unit: "nginx", dropIn: "limits", sections: { Service: { LimitNOFILE: 65536 } } },
    { dependsOn: [nginx], notify: [server] },
  );
  host.sysctl("net.core.somaxconn", { value: 4096 });
});

/** Whoever publishes the site, with a home where one page can lie. */
function publisher(host: Host<"linux">, key: string): void {
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
  host.limits("publish", { domain: "publish", limits: { nproc: 200 } });
  host.cron("site-report", {
    special: "@daily",
    user: "publish",
    command: "/usr/bin/find /srv/www -newermt yesterday -type f",
  });
}

/** Declares the only page, and returns the directory of the site. */
function page(host: Host<"linux">, domain: string): string {
  host.file("/srv/www/index.html", {
    content: `<h1>${domain}</h1>\n`,
    owner: "publish",
    group: "publish",
    mode: 0o644,
  });
  return "/srv/www";
}

/** Declares the site of a repository. It belongs to root: what is published this way is changed in the repository alone. */
function checkout(host: Host<"linux">, repository: string): string {
  host.gitCheckout("/srv/site", { repository, branch: "main" });
  return "/srv/site";
}
