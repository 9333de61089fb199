import type { KeptAction } from "@holdfast/core";

/** An approval that somebody gives. */
export type GivenApproval =
  | { readonly type: "signed"; readonly envelope: string }
  /** By the rights that a user has on this machine. */
  | {
      readonly type: "rights";
      readonly actions: readonly KeptAction[];
      readonly planned: string;
      /** Who, for people; the same words for the same user. */
      readonly by: string;
      /** Default: an hour. */
      readonly validMs?: number;
    };
