import { listen } from "./http.ts";
import type { Listening } from "./http.ts";
import type { Host } from "./host/host.ts";

/**
 * Opens a loopback address at which `npx bridge kill` ends the processes of a function, as AWS may do at any
 * moment: `POST /processes/<function>/kill` answers `{"killed": <count>}`. Only a JSON request counts: a
 * page in a browser cannot send one to another site without its consent.
 */
export function openKillEndpoint(
  host: Pick<Host, "functions" | "processes">,
  log: (line: string) => void,
): Promise<Listening> {
  return listen(async ({ method, path, headers }) => {
    const [, stem = ""] = /^\/processes\/([a-z-]+)\/kill$/.exec(path) ?? [];
    if (method !== "POST" || stem === "")
      return { status: 404, body: { error: "no such address" } };
    if (headers["content-type"] !== "application/json") {
      return { status: 415, body: { error: "expected the content type application/json" } };
    }
    if (!host.functions.includes(stem)) {
      const error = `there is no function "${stem}"; there are ${host.functions.join(", ")}`;
      return { status: 404, body: { error } };
    }
    const processes = host.processes(stem);
    for (const pid of processes) process.kill(pid, "SIGKILL");
    log(`${stem}: ${processes.length} process(es) killed on request`);
    return { status: 200, body: { killed: processes.length } };
  });
}
