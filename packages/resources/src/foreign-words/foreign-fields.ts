// Long because: it is one table.
import type { ForeignTable } from "./foreign-word.ts";

const NAME_IS_PATH = "The path is the name of the resource.";
const NAME_IS_ID = "It is the name of the resource.";
const ONE_EACH = "Each is a resource of its own, and its name says which it is.";

/** Fields of a spec in Ansible, Puppet, Salt, Chef and CFEngine, and what they are here. */
export const FOREIGN_FIELDS: ForeignTable = {
  file: {
    "src source remote_src": [
      "spec: { contentFrom: { path: /srv/motd } }",
      "The path is on this machine; a text of your own is content.",
    ],
    "url uri": ["", "Of a download write contentFrom with url and sha256."],
    "checksum sha256 source_hash": ["", "Write it beside the url, in contentFrom."],
    "text contents body lines": 'spec: { content: "hello\\n" }',
    follow: "spec: { followLink: true }",
    "edit_line insert_lines": "kind: line",
    "variables context local": ["", "Names for templates are vars of the document."],
  },
  directory: {
    "src copy_from": "spec: { source: /srv/site }",
    "recursive recurse_mode": 'spec: { recurse: { mode: "0644" } }',
    "parents makedirs mkdir_p": ["", "Declare each directory above it; they are made first."],
    "delete mirror": "spec: { source: /srv/site, purge: true }",
    "ignore excludes": 'spec: { source: /srv/site, exclude: ["*.bak"] }',
  },
  "file directory": {
    "dest path filename": ["name: /etc/motd", NAME_IS_PATH],
    "permissions perms chmod file_mode dir_mode": 'spec: { mode: "0644" }',
    "user uid owner_id": "spec: { owner: root }",
    "gid grp": "spec: { group: root }",
    "seuser serole setype selevel": ["", "Labels of SELinux are kept as they are."],
    "attributes attr unsafe_writes": ["", "Leave it out: a file is replaced whole and durably."],
  },
  link: {
    "src to source points_to": "spec: { target: /srv/current }",
    "dest path": ["name: /etc/current", NAME_IS_PATH],
    "symlink link_type": ["spec: { hard: true }", "Without it the link is symbolic."],
  },
  line: {
    "regexp regex pattern search_string": 'spec: { match: "^PORT=" }',
    "text content value": 'spec: { line: "PORT=80" }',
    "after insert_after": 'spec: { insertAfter: "^# ports" }',
    "before insert_before": 'spec: { insertBefore: "^# ports" }',
    "dest file filename": "spec: { path: /etc/default/app }",
    marker: 'spec: { block: { marker: app, text: "PORT=80" } }',
    "create backrefs firstmatch": [
      "",
      "The file must exist: declare it as a file without content.",
    ],
  },
  "json-field": {
    "key keys property attribute": "spec: { field: server.port }",
    "file dest": "spec: { path: /etc/app.json }",
  },
  package: {
    "name names pkg pkgs packages package_name": ["kind: package", ONE_EACH],
    "update_cache update refresh cache_valid_time": ["", "Lists are fetched where that is needed."],
    "install_recommends install_options": "spec: { noRecommends: true }",
    "autoremove auto_remove": ["spec: { manual: true }", "What is marked so is never cleaned up."],
    "upgrade upgradeable": "spec: { latest: true }",
    "provider use": ["", "The package tool of the machine is used."],
    "configfiles dpkg_options force_conf": "spec: { conffiles: replace }",
    "allow_downgrades force_downgrade": "spec: { allowDowngrade: true }",
    deb: ["", "A package comes from a source: declare an apt-repository."],
  },
  service: {
    "enable onboot autostart boot": "spec: { enabled: true }",
    "status running active": "spec: { state: running }",
    mask: "spec: { masked: true }",
    "restart reload watch": [
      'meta: { notify: ["service:nginx"] }',
      "Write it at the resource whose change it is.",
    ],
    "daemon_reload daemonreload reload_systemd": ["", "systemd reads changed units by itself."],
    "hasstatus hasrestart sleep provider pattern use scope": "",
  },
  exec: {
    "cmd argv code script run program": "spec: { command: [/usr/bin/make, install] }",
    "chdir dir directory workdir working_dir cwd_path": "spec: { cwd: /srv }",
    "path environment": 'spec: { env: { PATH: "/usr/bin:/bin" } }',
    "onlyif only_if": "spec: { onlyIf: [test, -e, /etc/app] }",
    not_if: "spec: { unless: [test, -e, /etc/app] }",
    removes: "spec: { onlyIf: [test, -e, /etc/app] }",
    changed_when: ["spec: { unless: [test, -e, /etc/app] }", "A guard says whether it is to run."],
    "returns valid_exit_codes failed_when rc success_retcodes": "spec: { successCodes: [0, 2] }",
    tries: "spec: { retries: 3 }",
    "try_sleep delay retry_delay": "spec: { retryDelayMs: 1000 }",
    "run_as runas become_user": "spec: { user: app }",
    "executable interpreter": ["spec: { shell: true }", "The shell is /bin/sh."],
    args: ["spec: { command: [/usr/bin/make, install] }", "Arguments are the other words of it."],
    "logoutput warn stdin_add_newline provider umask": "",
  },
  user: {
    "append append_groups": ["spec: { exactGroups: false }", "The groups named are the least."],
    membership: "spec: { exactGroups: true }",
    "home_dir homedir home_directory": "spec: { home: /home/app }",
    "create_home managehome createhome manage_home": "spec: { createHome: true }",
    move_home: "spec: { moveHome: true }",
    "gecos fullname": 'spec: { comment: "The app" }',
    "remove purge": "spec: { state: absent, removeHome: true }",
    "password_lock lock": "spec: { locked: true }",
    "gid primary_group": "spec: { group: app }",
    "expiry expiry_date expire": 'spec: { expires: "2030-01-01" }',
    "key ssh_keys authorized_keys ssh_key_file generate_ssh_key": "kind: ssh-key",
    "name username login": ["kind: user", NAME_IS_ID],
    update_password: "",
  },
  group: {
    "members users user_list": ["kind: user", "The groups of a user are a field of it: groups."],
    name: ["kind: group", NAME_IS_ID],
  },
  mount: {
    "path dest mountpoint mount_point": ["name: /srv/data", NAME_IS_PATH],
    "src device": "spec: { source: /dev/sdb1 }",
    "fstype fs_type": "spec: { type: ext4 }",
    "opts mount_options": "spec: { options: [noatime] }",
    passno: "spec: { pass: 2 }",
    "boot atboot persist": "spec: { persisted: true }",
  },
  swap: {
    "path file filename swapfile": ["name: /swapfile", NAME_IS_PATH],
  },
  cron: {
    "minute hour day month weekday dom dow monthday": 'spec: { schedule: "30 2 * * *" }',
    special_time: 'spec: { special: "@daily" }',
    job: "spec: { command: /usr/local/bin/backup }",
    "env variables": "spec: { environment: { MAILTO: root } }",
    "disabled cron_file identifier": ["spec: { state: absent }", "Each job has a file of its own."],
  },
  timer: {
    "on_calendar onCalendar OnCalendar schedule": 'spec: { calendar: "*-*-* 02:30:00" }',
    "unit service exec": "spec: { command: [/usr/local/bin/backup] }",
    "OnBootSec on_boot": 'spec: { afterBoot: "5min" }',
    "OnUnitActiveSec interval": 'spec: { every: "1h" }',
  },
  "systemd-unit": {
    "content contents source": 'spec: { text: "[Service]\\n" }',
    "enabled active enable": "kind: service",
  },
  sysctl: {
    val: 'spec: { value: "1" }',
    "key name": ["kind: sysctl", NAME_IS_ID],
    "sysctl_set apply": "spec: { live: true }",
    "persist permanent": "spec: { persisted: true }",
    "reload sysctl_file ignoreerrors": "",
  },
  "ssh-key": {
    "keys ssh_key pubkey public_key": ["spec: { key: [ssh-ed25519 AAAA me] }", "Or one as a text."],
    key_options: "spec: { options: [no-pty] }",
    "manage_dir path type": ["", "The file is the one that sshd reads."],
  },
  "git-checkout": {
    "repo url remote origin uri": "spec: { repository: https://example.org/site.git }",
    "version rev ref refname": ["spec: { branch: main }", "A tag is tag, a commit is revision."],
    "dest path target": ["name: /srv/site", NAME_IS_PATH],
    "key_file identity ssh_key deploy_key": ["", "The text of the key is sshKey, a secret."],
    "accept_hostkey known_hosts": ["", "The key of the server is hostKey."],
    "recursive enable_submodules": "spec: { submodules: true }",
    "user uid": "spec: { owner: app }",
    "update clone bare": ["", "A branch is followed, a tag and a commit stay."],
  },
  archive: {
    "src path url remote_src source_url": "spec: { source: { path: /srv/app.tar.gz } }",
    "dest target extract_path": ["name: /opt/app", NAME_IS_PATH],
    "strip_components extra_opts": "spec: { strip: 1 }",
    "checksum source_hash sha256": ["", "Write sha256 in source."],
    excludes: 'spec: { exclude: ["docs/**"] }',
  },
  "apt-repository": {
    "repo url uri baseurl location": "spec: { uris: [https://deb.example.org] }",
    "suite distribution dist release codename": "spec: { suites: [bookworm] }",
    "component repos section": "spec: { components: [main] }",
    "key gpgkey key_url keyring signed_by signed-by keyserver": [
      "spec: { signedBy: { path: /etc/apt/keyrings/example.asc } }",
      "",
    ],
    "arch architecture": "spec: { architectures: [amd64] }",
    "filename update_cache": "",
  },
  "kernel-module": {
    "params parameters": "spec: { options: { nr: 4 } }",
    "persistent autoload": "spec: { load: true }",
  },
  limits: {
    "item limit_item limit_type value": "spec: { domain: app, limits: { nofile: 65536 } }",
    "user group": "spec: { domain: app }",
  },
  "ca-certificate": {
    "src source path": "spec: { contentFrom: { path: /srv/ca.pem } }",
    "cert pem certificate": ["", "Write the text of the certificate as content."],
  },
  hostname: {
    "name fqdn": "spec: { hostname: web1 }",
    hosts: "spec: { hostsLine: true }",
  },
  "hosts-entry": {
    "ip ip_address ipaddress address": 'spec: { addresses: ["192.0.2.7"] }',
    "host_aliases host_alias alias names hostnames": "spec: { aliases: [db] }",
    "name host hostname canonical": ["", NAME_IS_ID],
    "comment priority unique target": ["", "Comments, and all other lines, stay as they are."],
  },
  timezone: {
    "tz timezone name": "spec: { zone: Europe/Vienna }",
  },
  locale: {
    "name locale LANG": "spec: { lang: C.UTF-8 }",
  },
  firewall: {
    "rules rule port ports dport destination_port protocol proto src source saddr in_interface action jump":
      [
        "spec: { chains: { input: { hook: input, rules: [{ protocol: tcp, port: 22, action: accept }] } } }",
        "Rules are in a chain.",
      ],
    "policy default_policy": [
      "spec: { chains: { input: { hook: input, policy: accept } } }",
      "Each chain with a hook has its own.",
    ],
    "table name": ["name: web", NAME_IS_ID],
  },
  reboot: {
    "msg message": "spec: { reason: kernel }",
    "delay pre_reboot_delay": "spec: { delaySeconds: 60 }",
  },
  // The document itself.
  Manifest: {
    "name manifest": "metadata: { name: web }",
    "version revision": "metadata: { generation: 2 }",
    "tasks roles pre_tasks post_tasks handlers spec items states packages files": [
      "resources: [{ kind: package, name: nginx }]",
      "A resource that others notify is what a handler is.",
    ],
    "params parameters variables vars_files defaults data": "vars: { domain: example.org }",
    "include includes import imports": ["", "All files of a directory together are one manifest."],
    "hosts become gather_facts serial strategy": ["", "An agent works on its own machine."],
  },
  "*": {
    "ensure present exists": "spec: { state: present }",
    absent: "spec: { state: absent }",
    "require requires depends_on depend needs after deps": 'meta: { dependsOn: ["package:nginx"] }',
    "notifies notify_on triggers listen_in watch_in": 'meta: { notify: ["service:nginx"] }',
    "subscribe subscribes listen watch": [
      'meta: { notify: ["service:nginx"] }',
      "Write it at the resource whose change it is.",
    ],
    "before require_in": [
      'meta: { dependsOn: ["package:nginx"] }',
      "Write it at the resource that comes later.",
    ],
    "when only_if onlyif if unless not_if ifvarclass creates removes": [
      "meta: { condition: [{ file: /etc/app }] }",
      "What depends on facts is decided in a blueprint.",
    ],
    "register set_fact": ["", "Nothing is kept of a run: what follows depends on the resource."],
    "become become_user become_method sudo": [
      "",
      "The agent does all as the user it runs as: run holdfast as root.",
    ],
    "loop with_items with_dict with_fileglob foreach for_each count": [
      "",
      "Write a resource for each, or a loop in a blueprint.",
    ],
    "ignore_errors ignore_failure failed_when": [
      "",
      "A failure holds back only what depends on it.",
    ],
    "timeout timeout_seconds": "meta: { timeoutMs: 60000 }",
    "check_mode schedule_noop dry_run": "meta: { noop: true }",
    "tag labels label": "meta: { tags: [web] }",
    "retries tries attempts until": "meta: { retry: 3 }",
    "delegate_to run_once connection local_action": ["", "An agent works on its own machine."],
    "no_log sensitive": ["", "Secrets are never shown: refer to them with $secret."],
    any_errors_fatal: "meta: { critical: true }",
  },
};
