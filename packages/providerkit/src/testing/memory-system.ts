import { Fault, type Json, Secret } from "@holdfast/core";
import { objectProvider } from "../objects/object-provider.ts";
import type { LiveObjects, ObjectSystem } from "../objects/object-system.ts";
import type { Provider } from "../provider/provider.ts";

/** One account of the system in memory. */
export interface MemoryAccount {
  readonly name: string;
  readonly quota?: string;
  readonly password?: string;
}

/** A server in memory with accounts. It spells quotas in its own way, and never gives a password back. */
export class MemorySystem {
  readonly accounts = new Map<string, { quota: string; password: string }>();
  declared: readonly MemoryAccount[] = [];
  isCutOff = false;
  /** It is cut off by the next write, which is still done. */
  isCutOffByWrite = false;
  /** Names that the server refuses to change. */
  readonly refused = new Set<string>();
  /** Names that cannot be observed. */
  readonly hidden = new Set<string>();
  writes = 0;

  /** The provider of this server. */
  provider(type = "memory"): Provider<readonly MemoryAccount[], LiveObjects> {
    return objectProvider(this.#system(type), (text) => `digest of ${text.length}`);
  }

  snapshot(): Json {
    return [...this.accounts].map(([name, fields]) => ({ name, ...fields }));
  }

  #system(type: string): ObjectSystem<readonly MemoryAccount[]> {
    const quota = { normalize: (value: Json) => spelled(value).replaceAll(" ", "").toUpperCase() };
    return {
      type,
      sorts: { account: { fields: { quota, password: { isSecret: true } }, canRename: true } },
      loadConfig: async () => this.declared,
      declared: (config) =>
        config.map(({ name, ...fields }) => ({ type: "account", name, fields: hidden(fields) })),
      observe: async () => this.#observe(),
      create: async ({ name, fields }) => {
        this.#write(name);
        this.accounts.set(name, { quota: spelled(fields["quota"]), password: clear(fields) });
        return {};
      },
      update: async ({ name, fields }) => {
        this.#write(name);
        this.accounts.set(name, { quota: spelled(fields["quota"]), password: clear(fields) });
        return {};
      },
      remove: async ({ name }) => {
        this.#write(name);
        this.accounts.delete(name);
        return {};
      },
      rename: async ({ name }, to) => {
        this.#write(name);
        const account = this.accounts.get(name);
        this.accounts.delete(name);
        if (account !== undefined) this.accounts.set(to, account);
        return {};
      },
    };
  }

  #observe(): LiveObjects {
    if (this.isCutOff) throw fault("ProviderUnreachable", "the server does not answer");
    const seen = [...this.accounts].filter(([name]) => !this.hidden.has(name));
    return {
      objects: seen.map(([name, { quota }]) => ({ type: "account", name, fields: { quota } })),
      unknown: [...this.hidden].map((name) => ({
        type: "account",
        name,
        fault: fault("ProviderRefused", "no right to read it").toJSON(),
      })),
    };
  }

  #write(name: string): void {
    if (this.refused.has(name)) throw fault("ProviderRefused", `${name} is locked`);
    this.writes += 1;
    this.isCutOff ||= this.isCutOffByWrite;
  }
}

function hidden({ quota, password }: Omit<MemoryAccount, "name">) {
  return { quota, password: password === undefined ? undefined : new Secret(password) };
}

function clear({ password }: Readonly<Record<string, unknown>>): string {
  return password instanceof Secret ? password.plainText() : "";
}

function spelled(quota: unknown): string {
  return typeof quota === "string" ? quota.toLowerCase().replace(/(?=[a-z])/, " ") : "";
}

function fault(reason: "ProviderUnreachable" | "ProviderRefused", message: string): Fault {
  return new Fault({ reason, message, resolution: "Mend the server." });
}
