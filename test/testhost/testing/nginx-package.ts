import type { LocalPackage } from "./local-packages.ts";

const UNIT = `[Unit]
Description=stands in for nginx
[Service]
ExecStart=/bin/sleep infinity
ExecReload=/bin/sh -c 'printf x >> /var/lib/nginx-reloads'
[Install]
WantedBy=multi-user.target
`;

/** Has nginx's name, unit and directories, and counts how often it loads its configuration in `/var/lib/nginx-reloads`. */
export const NGINX: LocalPackage = {
  name: "nginx",
  files: {
    "usr/lib/systemd/system/nginx.service": UNIT,
    "etc/nginx/sites-available/default": "",
    "etc/nginx/sites-enabled/.keep": "",
    "var/lib/nginx-reloads": "",
  },
  links: { "etc/nginx/sites-enabled/default": "/etc/nginx/sites-available/default" },
};
