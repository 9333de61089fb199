import { suite, test } from "node:test";
import { MemorySystem } from "../testing/memory-system.ts";
import { providerLaws } from "./provider-laws.ts";

async function open() {
  const system = new MemorySystem();
  system.declared = [
    { name: "anna", quota: "5 gb", password: "correct horse" },
    { name: "ben", quota: "1GB" },
  ];
  system.accounts.set("ben", { quota: "2 gb", password: "" });
  return {
    provider: system.provider(),
    root: "/config",
    secrets: ["correct horse"],
    snapshot: async () => structuredClone(system.snapshot()),
    tamper: async () =>
      void system.accounts.set("anna", { quota: "9 gb", password: "correct horse" }),
    cutOff: async () => {
      system.isCutOff = true;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

suite("the provider in memory", () => {
  const { signal } = new AbortController();
  for (const { name, check } of providerLaws(open)) test(name, () => check(signal));
});
