import { isJsonObject } from "@holdfast/core";
import type { OtherLanguage } from "@holdfast/core/foreign-words";

/** One language of another tool: how its files are known, and what to do with them. */
interface Language extends OtherLanguage {
  /** Of the text, of which only the beginning is read. */
  readonly text?: RegExp;
  /** Of the name of a file, with the dot. */
  readonly ending?: string;
  /** Of one of its documents. */
  readonly document?: (document: unknown) => boolean;
}

/** So much of a text tells its language. */
const MOST_READ = 65_536;

const A_MANIFEST =
  "A manifest begins with apiVersion: holdfast/v1, kind: Manifest, metadata and resources.";

/** The first that fits counts. */
export const OTHER_LANGUAGES: readonly Language[] = [
  {
    name: "an Ansible playbook",
    advice: `Each task is a resource, hosts are where the agent runs. ${A_MANIFEST}`,
    document: (value) => entriesOf(value).some((play) => has(play, ["hosts", "import_playbook"])),
  },
  {
    name: "a list of Ansible tasks",
    advice: `Each task is a resource under resources. ${A_MANIFEST}`,
    document: (value) => entriesOf(value).some(isTask),
  },
  {
    name: "an Ansible inventory",
    advice: `An agent works on its own machine, so there is none. ${A_MANIFEST}`,
    text: /^\[[\w-]+:(?:vars|children)\]\s*$|^[\w.-]+ ansible_\w+=/m,
    document: (value) => isJsonObject(value) && has(value["all"], ["hosts", "children"]),
  },
  {
    name: "a docker-compose file",
    advice: `Write a container for each service, and container-network and container-volume for theirs. ${A_MANIFEST}`,
    document: (value) =>
      has(value, ["services"]) && !has(value, ["apiVersion", "resources", "kind"]),
  },
  {
    name: "an object of Kubernetes",
    advice: `Holdfast manages a machine, not a cluster. ${A_MANIFEST}`,
    document: (value) =>
      isJsonObject(value) &&
      typeof value["apiVersion"] === "string" &&
      typeof value["kind"] === "string" &&
      /^(?:v\d|[a-z0-9.-]+\/v\d)/.test(value["apiVersion"]) &&
      !value["apiVersion"].startsWith("holdfast/") &&
      value["kind"] !== "Manifest",
  },
  {
    name: "cloud-init's user data",
    advice: `Packages, files and users are resources. ${A_MANIFEST}`,
    text: /^#cloud-config\b/,
    document: (value) => has(value, ["runcmd", "write_files", "cloud_init_modules"]),
  },
  {
    name: "a state of Salt",
    ending: ".sls",
    advice: `pkg.installed is a package, file.managed a file, service.running a service. ${A_MANIFEST}`,
    document: (value) =>
      isJsonObject(value) && Object.values(value).some((state) => hasField(state, SALT_FUNCTION)),
  },
  {
    name: "a manifest of Puppet",
    ending: ".pp",
    advice: `A resource of Puppet is one here; its title is the name. ${A_MANIFEST}`,
    text: /^\s*(?:class|define|node)\s+[\w:'"-]+\s*(?:\(|\{|inherits\b)|^\s*[a-z_:]+\s*\{\s*['"][^'"\n]*['"]\s*:/m,
  },
  {
    name: "a policy of CFEngine",
    ending: ".cf",
    advice: `A promise is a resource; its promiser is the name. ${A_MANIFEST}`,
    text: /^\s*(?:bundle|body)\s+\w+\s+\w+/m,
  },
  {
    name: "a recipe of Chef",
    ending: ".rb",
    advice: `A resource of Chef is one here. ${A_MANIFEST}`,
    text: /^\s*[a-z_]+\s+(?:['"][^'"\n]+['"]|%w\S+)\s+do\s*$/m,
  },
  {
    name: "a configuration of Terraform",
    ending: ".tf",
    advice: `Holdfast manages what is on a machine, not the machine's being. ${A_MANIFEST}`,
    text: /^\s*(?:resource|data)\s+"[^"\n]+"\s+"[^"\n]+"\s*\{|^\s*(?:terraform|provider\s+"[^"\n]+")\s*\{/m,
  },
  {
    name: "a configuration of Nix",
    ending: ".nix",
    advice: A_MANIFEST,
    text: /^\s*\{[^{}\n]*\.\.\.\s*\}\s*:/m,
  },
  {
    name: "a Dockerfile",
    advice: `Each RUN is an exec with a guard, better a package or a file. ${A_MANIFEST}`,
    text: /^FROM\s+\S+(?:\s+AS\s+\S+)?\s*$/im,
  },
  {
    name: "a unit of systemd",
    ending: ".service",
    advice: `Declare a systemd-unit with this as its text. ${A_MANIFEST}`,
    text: /^\[(?:Unit|Service|Timer|Socket|Mount)\]\s*$/m,
  },
  {
    name: "a script",
    ending: ".sh",
    advice: `A step of it may be an exec with a guard. ${A_MANIFEST}`,
    text: /^#!\s*\//,
  },
  {
    name: "a blueprint",
    advice: "Give it a name that ends in .ts, and name it as the source.",
    text: /^\s*import\s.*\sfrom\s+["']holdfast["']|^\s*export\s+default\s+blueprint\(/m,
  },
];

/** The language of another tool that a file is in; a file that says it is ours is never one. */
export function otherLanguage(
  text: string,
  documents: readonly unknown[],
): OtherLanguage | undefined {
  const begin = text.slice(0, MOST_READ);
  if (/apiVersion"?\s*:\s*"?holdfast\//.test(begin)) return undefined;
  return OTHER_LANGUAGES.find(
    (language) =>
      documents.some((value) => language.document?.(value)) ||
      (!documents.some(isJsonObject) && language.text?.test(begin)),
  );
}

/** The language whose files end so. */
export function languageOfEnding(ending: string): OtherLanguage | undefined {
  return OTHER_LANGUAGES.find((language) => language.ending === ending);
}

const SALT_FUNCTION = /^(?:pkg|file|service|cmd|user|group|cron|sysctl|mount|git|archive)\.\w+$/;
const TASK_FIELDS = ["become", "when", "register", "notify", "with_items", "loop", "hosts"];

function isTask(entry: unknown): boolean {
  if (!isJsonObject(entry) || "kind" in entry) return false;
  if (hasField(entry, /^(?:ansible|community)\.\w+/)) return true;
  return typeof entry["name"] === "string" && Object.keys(entry).some(isModule);
}

function isModule(field: string): boolean {
  return ANSIBLE_MODULES.has(field) || TASK_FIELDS.includes(field);
}

const ANSIBLE_MODULES = new Set(
  "apt yum dnf package copy template file lineinfile service systemd command shell user group git debug".split(
    " ",
  ),
);

function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, 100) : [];
}

function has(value: unknown, fields: readonly string[]): boolean {
  return isJsonObject(value) && fields.some((field) => Object.hasOwn(value, field));
}

function hasField(value: unknown, pattern: RegExp): boolean {
  return isJsonObject(value) && Object.keys(value).some((field) => pattern.test(field));
}
