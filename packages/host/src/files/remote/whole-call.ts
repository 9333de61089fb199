import { createHash } from "node:crypto";
import type { StreamedContent } from "@holdfast/core";
import type { WriteCall } from "./write-call.ts";

/** A call that can be sent to another process. */
export type WholeCall =
  | Exclude<WriteCall, { readonly type: "write" }>
  | {
      readonly type: "write";
      readonly request: Omit<
        Extract<WriteCall, { readonly type: "write" }>["request"],
        "content"
      > & { readonly content: Uint8Array };
    };

/** The call with all of its content, which whoever makes it bounds. @throws what making or checking the content throws. */
export async function wholeCall(call: WriteCall): Promise<WholeCall> {
  if (call.type !== "write") return call;
  const { content, ...rest } = call.request;
  const whole = content instanceof Uint8Array ? content : await gathered(content);
  return { type: "write", request: { ...rest, content: whole } };
}

async function gathered({ chunks, check }: StreamedContent): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  // The memory of a chunk is used again for the next.
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  const whole = Buffer.concat(parts);
  check?.(createHash("sha256").update(whole).digest("hex"));
  return whole;
}
