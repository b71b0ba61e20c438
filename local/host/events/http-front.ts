import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { TimedOut, within } from "../../../lambdas/http/time-limit.ts";
import { openServer, parseJson, sendAnswer } from "../../http.ts";
import type { SentAnswer } from "../../http.ts";
import type { LambdaFunction } from "../lambda/lambda-function.ts";
import type { Route } from "../resources/deployment.ts";
import { matchRoute, toHttpEvent } from "./http-event.ts";

/** The payload limit of an HTTP API, which is not adjustable. */
const maxBodyBytes = 10 * 1024 * 1024;

/**
 * Stands in for API Gateway's HTTP API on a loopback port. It takes the port at once, so that a used port
 * fails before any other work, and knows no path before `serve`. Not AWS: no throttling, CORS, authorizers
 * or access log.
 */
export async function openHttpFront(port: number) {
  let routes: readonly Route[] = [];
  let functions: ReadonlyMap<string, LambdaFunction> = new Map();

  const answerTo = async (request: IncomingMessage): Promise<SentAnswer> => {
    const match = matchRoute(routes, request);
    const target = functions.get(match?.functionArn ?? "");
    if (match === undefined || target === undefined) return messageAnswer(404, "Not Found");
    const body = await readBody(request);
    if (body === undefined) return messageAnswer(413, "Request Entity Too Large");
    const invocation = target.invoke(toHttpEvent(request, body, match));
    // API Gateway stops waiting, but the function continues.
    const outcome = await within(match.timeoutMillis, () => invocation).catch((error: unknown) => {
      if (error instanceof TimedOut) return undefined;
      throw error;
    });
    if (outcome === undefined) return messageAnswer(503, "Service Unavailable");
    if (outcome.kind === "success") return toHttpAnswer(outcome.payload);
    return outcome.errorType === "RequestEntityTooLarge"
      ? messageAnswer(413, "Request Entity Too Large")
      : messageAnswer(500, "Internal Server Error");
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const answer = await answerTo(request);
      // A refused request must still be read. Otherwise its sender sees a reset instead of the answer.
      request.resume();
      sendAnswer(response, answer);
    } catch {
      response.destroy();
    }
  };
  const server = await openServer((...call) => void handle(...call), port);
  return {
    ...server,
    serve(given: readonly Route[], targets: ReadonlyMap<string, LambdaFunction>): void {
      routes = given;
      functions = targets;
    },
  };
}

const structured = z.object({
  statusCode: z.coerce.number().check(z.int(), z.gte(100), z.lte(599)),
  headers: z._default(
    z.nullable(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
    {},
  ),
  cookies: z._default(z.array(z.string()), []),
  body: z._default(z.nullable(z.string()), ""),
  isBase64Encoded: z._default(z.boolean(), false),
});

/** An answer of API Gateway's own. */
function messageAnswer(status: number, message: string): SentAnswer {
  return { status, body: { message } };
}

/**
 * Reads a function's result in payload format 2.0: structured if it has a `statusCode`, else a JSON
 * body with 200. A malformed structured result gives 500, as on AWS.
 */
function toHttpAnswer(payload: string): SentAnswer {
  const result = parseJson(payload);
  const isStructured = typeof result === "object" && result !== null && "statusCode" in result;
  if (!isStructured) {
    const body = typeof result === "string" ? result : payload;
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const parsed = structured.safeParse(result);
  if (!parsed.success) return messageAnswer(500, "Internal Server Error");
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const own = Object.entries(headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  return {
    status: statusCode,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      ...Object.fromEntries(own),
      ...(cookies.length === 0 ? {} : { "set-cookie": cookies }),
    },
    body: Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"),
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers["content-length"] ?? 0) > maxBodyBytes) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > maxBodyBytes) return undefined;
  }
  return Buffer.concat(chunks);
}
