// The floor under a status: answers every request on a socket with the same text.
import { readFileSync } from "node:fs";

const [socketPath, textPath] = process.argv.slice(2);
const text = readFileSync(textPath, "utf8");
const server = process.getBuiltinModule("node:http").createServer((_request, response) => {
  response.writeHead(200, { "content-type": "application/json" }).end(text);
});
process.on("SIGTERM", () => process.exit(0));
server.listen(socketPath, () => console.log(JSON.stringify({ type: "watching" })));
