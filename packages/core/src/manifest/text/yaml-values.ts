import {
  boolCoreTag,
  defineScalarTag,
  floatCoreTag,
  intCoreTag,
  mapTag,
  NOT_RESOLVED,
  nullCoreTag,
  Schema,
  seqTag,
  strTag,
} from "js-yaml";

/**
 * Numbers that begin with 0 are what operators write for file modes, and `0o644` is how YAML 1.2 spells them. Read as
 * numbers they would come out as 644 and 420; kept as the text `0644` they mean what was meant. `644` stays a number.
 */
const octalKeepingInt = defineScalarTag<string | number>(intCoreTag.tagName, {
  ...intCoreTag,
  resolve: (source, isExplicit, tagName) => {
    if (LEADING_ZERO.test(source)) return source;
    if (OCTAL.test(source)) return source.slice(2).padStart(4, "0");
    return intCoreTag.resolve(source, isExplicit, tagName);
  },
});

const LEADING_ZERO = /^0[0-7]+$/;
const OCTAL = /^0o[0-7]+$/;

/** Infinity and NaN are not JSON; unresolved they stay text, and the field's schema refuses them. */
const finiteFloat = defineScalarTag<number>(floatCoreTag.tagName, {
  ...floatCoreTag,
  resolve: (source, isExplicit, tagName) => {
    const value = floatCoreTag.resolve(source, isExplicit, tagName);
    return typeof value === "number" && Number.isFinite(value) ? value : NOT_RESOLVED;
  },
});

/** YAML 1.2's core schema, restricted to plain JSON data, with octal numbers kept as text. */
export const MANIFEST_YAML = new Schema([
  strTag,
  nullCoreTag,
  boolCoreTag,
  octalKeepingInt,
  finiteFloat,
  seqTag,
  mapTag,
]);
