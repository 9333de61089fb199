import type { ServerNames } from "./server-manifest.ts";

/** Another tool that can keep the same server. */
export interface ServerPeer {
  readonly name: string;
  /** The program that must be installed. */
  readonly program: string;
  /** Where its policy goes. */
  readonly path: string;
  /** What its policy says of a server. */
  policyFor(names: ServerNames): string;
  /** A folder that it needs with nobody else's rights, and what belongs there. Default: none. */
  readonly workdir?: { readonly path: string; readonly folders: readonly string[] };
  /** Compares and changes nothing. */
  readonly compare: readonly string[];
}

const CFENGINE_WORKDIR = "/root/cfengine";
const CFENGINE_POLICY = "/root/server.cf";
const CFENGINE_LIBRARY = "/usr/share/cfengine3/masterfiles/lib/stdlib.cf";
const PUPPET_POLICY = "/root/server.pp";

/** Both by Debian's packages, `cfengine3` and `puppet-agent`. They know kernel parameters by their files only. */
export const SERVER_PEERS: readonly ServerPeer[] = [
  {
    name: "CFEngine",
    program: "cf-agent",
    path: CFENGINE_POLICY,
    policyFor: cfenginePolicy,
    workdir: {
      path: CFENGINE_WORKDIR,
      folders: ["inputs", "outputs", "state", "ppkeys", "bin", "modules"],
    },
    compare: [
      "cf-agent",
      "--dry-run",
      "--no-lock",
      "--workdir",
      CFENGINE_WORKDIR,
      "--file",
      CFENGINE_POLICY,
    ],
  },
  {
    name: "Puppet",
    program: "puppet",
    path: PUPPET_POLICY,
    policyFor: puppetPolicy,
    compare: ["puppet", "apply", "--noop", PUPPET_POLICY],
  },
];

function puppetPolicy({ packages, services, users, parameters }: ServerNames): string {
  const lines = [
    ...packages.map((name) => `package { '${name}': ensure => present }`),
    ...services.map((name) => `service { '${name}': ensure => running, enable => true }`),
    ...users.map((name) => `user { '${name}': ensure => present, shell => '/bin/sh' }`),
    ...[...parameters].map(
      ([key, value]) =>
        `file { '${fileOf(key)}': ensure => file, content => "${key} = ${value}\\n" }`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function cfenginePolicy({ packages, services, users, parameters }: ServerNames): string {
  return [
    "body common control {",
    `  inputs => { "${CFENGINE_LIBRARY}" };`,
    '  bundlesequence => { "main" };',
    "}",
    "bundle agent main {",
    "  packages:",
    ...packages.map((name) => `    "${name}" package_policy => "add", package_method => generic;`),
    "  services:",
    ...services.map((name) => `    "${name}" service_policy => "start";`),
    "  users:",
    ...users.map((name) => `    "${name}" policy => "present", shell => "/bin/sh";`),
    "  files:",
    ...[...parameters].map(
      ([key, value]) =>
        `    "${fileOf(key)}" create => "true", content => "${key} = ${value}$(const.n)";`,
    ),
    "}",
    "",
  ].join("\n");
}

function fileOf(parameter: string): string {
  return `/etc/sysctl.d/bench-${parameter}.conf`;
}
