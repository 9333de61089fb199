import { type IncomingMessage, request } from "node:http";

/** An answer of a control socket. */
export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
  /** The body as JSON. */
  json(): unknown;
}

/** What to ask a control socket. */
export interface Question {
  readonly socketPath: string;
  readonly path: string;
  /** Default GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks a control socket once. */
export function ask({
  socketPath,
  path,
  method = "GET",
  headers,
  body,
}: Question): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path, method, headers: { ...headers }, agent: false });
    asked.once("error", reject);
    asked.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.once("error", reject);
      response.once("end", () => {
        const { statusCode: status = 0, headers: answered } = response;
        resolve({ status, headers: answered, text, json: () => JSON.parse(text) as unknown });
      });
    });
    asked.end(body);
  });
}
