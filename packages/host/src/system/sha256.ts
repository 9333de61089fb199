import { hash } from "node:crypto";
import type { Hash } from "@holdfast/core";

/** SHA-256 of node:crypto, in one call without a hash object. */
export const sha256: Hash = { sha256: (data) => hash("sha256", data, "hex") };
