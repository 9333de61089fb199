import { request } from "node:http";

/** What a socket answered. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** Asks on a Unix socket, on a connection of its own, as the command does. */
export async function ask(
  socketPath: string,
  method: "GET" | "POST",
  path: string,
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on("error", reject).end();
  });
}

/** Where the agent of a root can be asked. */
export function socketUnder(root: string): string {
  return `${root}/run/holdfast/control.sock`;
}
