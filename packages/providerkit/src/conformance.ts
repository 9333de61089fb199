/**
 * The laws that every provider keeps, for any test runner: each is a name and a check that throws.
 */
export { type ProviderLaw, providerLaws } from "./conformance/provider-laws.ts";
export type { ProviderRig } from "./conformance/provider-rig.ts";
