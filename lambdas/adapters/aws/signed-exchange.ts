import type * as http from "node:http";
import * as https from "node:https";
import { SignatureV4 } from "@smithy/signature-v4";
import { closeIdle, keptAlive, withIdleLimit } from "../http/idle-limit.ts";
import { Sha256 } from "./sha256.ts";

/** The process's environment, where Lambda keeps the role's credentials. */
export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

/** What a service answered, whole. */
export type Answer = { status: number; headers: http.IncomingHttpHeaders; text: string };

/** The SDK's own signer, for one service as signatures name it. */
export function signerOf(
  service: string,
  environment: AwsEnvironment,
  options: { readonly uriEscapePath?: boolean } = {},
): SignatureV4 {
  return new SignatureV4({
    service,
    region: environment["AWS_REGION"] ?? "",
    // Asked for at each call: they may have been replaced since.
    credentials: async () => ({
      accessKeyId: environment["AWS_ACCESS_KEY_ID"] ?? "",
      secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"] ?? "",
      sessionToken: environment["AWS_SESSION_TOKEN"] ?? "",
    }),
    sha256: Sha256,
    ...options,
  });
}

/** Opens requests to one host, over connections that are kept. */
export function openerOf({ protocol }: URL): (url: URL, method: string) => http.ClientRequest {
  // An import of `node:http` would load fetch and WebSocket too: half of a cold start.
  const { Agent, request } = protocol === "https:" ? https : process.getBuiltinModule("node:http");
  const agent = withIdleLimit(new Agent(keptAlive));
  return (url, method) => {
    closeIdle(agent);
    return request(url, { method, agent });
  };
}

/** Sends the body and reads the answer. */
export function exchange(request: http.ClientRequest, body: string | Uint8Array): Promise<Answer> {
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
