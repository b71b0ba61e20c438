import type * as http from "node:http";
import * as https from "node:https";
import { closeIdle, keptAlive, withIdleLimit } from "../http/idle-limit.ts";
import { within } from "./within.ts";

/** What a service answered, whole. */
export type Answer = {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
};

/** Opens requests to one host, over connections that are kept until they lie idle. */
export function openerOf({ protocol }: URL): (url: URL, method: string) => http.ClientRequest {
  // An import of `node:http` would load fetch and WebSocket too: half of a cold start.
  const { Agent, request } = protocol === "https:" ? https : process.getBuiltinModule("node:http");
  const agent = withIdleLimit(new Agent(keptAlive));
  return (url, method) => {
    closeIdle(agent);
    return request(url, { method, agent });
  };
}

/** Sends what was signed over an open request and reads the answer, or rejects after that time. */
export async function exchange(
  request: http.ClientRequest,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
  timeoutMillis: number,
): Promise<Answer> {
  for (const name in headers) request.setHeader(name, headers[name] ?? "");
  try {
    return await within(timeoutMillis, answerTo(request, body));
  } catch (error) {
    // What was answered leaves its connection in use; what was not may still be answered there.
    request.destroy();
    throw error;
  }
}

function answerTo(request: http.ClientRequest, body: string | Uint8Array): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on("error", reject).on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("error", reject).on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.end(body);
  });
}
