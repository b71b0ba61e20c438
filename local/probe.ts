import { createServer, request } from "node:http";

/** Makes unsigned calls. A refusal by the functions themselves shows that both are up. */
export async function untilBothAnswer(url: string, scopeId: string): Promise<void> {
  for (const path of ["/telegram", `/amocrm/${encodeURIComponent(scopeId)}`]) {
    const status = await post(url + path);
    if (status !== 401) {
      throw new Error(`The webhook ${path.split("/", 2).join("/")} answered ${String(status)}.`);
    }
  }
}

/** Throws when the port is in use. It runs before the synthesis, which takes seconds. */
export function assertPortIsFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        new Error(
          error.code === "EADDRINUSE"
            ? `Port ${port} is in use: stop the program there, or set PORT to another one (0 for any free port).`
            : `Port ${port} cannot be used (${error.code ?? error.name}): set PORT to another one.`,
        ),
      );
    });
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve()));
  });
}

/** Not `fetch`, because it refuses the ports of some old protocols. */
function post(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method: "POST" }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.on("error", reject).end();
  });
}
