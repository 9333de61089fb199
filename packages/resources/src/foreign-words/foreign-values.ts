import type { ForeignTable } from "./foreign-word.ts";

const ONE_OWNER = "A path has one owner and one group; several paths are several resources.";

/**
 * Values of fields in other tools, and what they are here. A word is `field=value` for a text or truth value, `field=[]`
 * for a list, `field=text` for any text.
 */
export const FOREIGN_VALUES: ForeignTable = {
  file: {
    "state=directory": "kind: directory",
    "state=link state=symlink": "kind: link",
    "state=hard": ["kind: link", "With spec: { hard: true } it is a hard link."],
    "state=file state=touch state=create_if_missing": "spec: { state: present }",
    "contentFrom=text": "spec: { contentFrom: { path: /srv/motd } }",
    "validate=text": 'spec: { validate: [nginx, -t, -c, "%s"] }',
  },
  directory: {
    "state=directory": "spec: { state: present }",
    "recurse=true": ['spec: { recurse: { mode: "0644" } }', "It says what all below it gets."],
    "recurse=false": "",
  },
  "file directory": {
    "owner=[] group=[]": ["", ONE_OWNER],
  },
  link: {
    "state=link state=symlink": "spec: { state: present }",
    "state=hard": "spec: { target: /srv/file, hard: true }",
  },
  package: {
    "state=installed": "spec: { state: present }",
    "state=latest": "spec: { latest: true }",
    "state=purged": "spec: { state: absent, purge: true }",
    "state=held": "spec: { hold: true }",
    "version=[]": ["", "Each package is a resource of its own."],
  },
  service: {
    "state=started state=start state=up state=active state=present state=true state=enabled": [
      "spec: { state: running }",
      "At boot it is started with enabled: true.",
    ],
    "state=stop state=down state=inactive state=dead state=false state=disabled":
      "spec: { state: stopped }",
    "state=restarted state=reloaded": [
      'meta: { notify: ["service:nginx"] }',
      "Write it at the resource whose change it is.",
    ],
    "state=masked": "spec: { masked: true }",
  },
  exec: {
    "shell=text": 'spec: { command: "echo hello", shell: true }',
    "creates=[]": "spec: { creates: /etc/app }",
    "env=[]": "spec: { env: { PATH: /usr/bin } }",
  },
  user: {
    "groups=text": "spec: { groups: [sudo] }",
    "home=true": "spec: { createHome: true }",
  },
  mount: {
    "state=mounted": "spec: { mounted: true }",
    "state=unmounted": "spec: { mounted: false }",
    "state=ephemeral": "spec: { persisted: false }",
  },
  archive: {
    "source=text": "spec: { source: { path: /srv/app.tar.gz } }",
  },
  "*": {
    "state=installed state=exists state=created state=create state=true state=enabled": [
      "spec: { state: present }",
      "",
    ],
    "state=removed state=deleted state=uninstalled state=deinstalled state=purged state=delete state=false":
      "spec: { state: absent }",
    "dependsOn=text": 'meta: { dependsOn: ["package:nginx"] }',
    "notify=text": 'meta: { notify: ["service:nginx"] }',
    "tags=text": "meta: { tags: [web] }",
    "condition=text": [
      "meta: { condition: [{ file: /etc/app }] }",
      "What depends on facts is decided in a blueprint.",
    ],
  },
};
