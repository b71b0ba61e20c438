import type { IncomingMessage, ServerResponse, IncomingHttpHeaders } from "node:http";
import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import * as z from "zod";
import { TimedOut, within } from "../../../lambdas/http/time-limit.ts";
import { openServer, parseJson, sendAnswer } from "../../http.ts";
import type { SimulatedAnswer } from "../../http.ts";
import type { Observe } from "../../hops/hop.ts";
import type { LambdaFunction } from "../lambda/lambda-function.ts";
import type { Outcome } from "../lambda/sandbox.ts";
import type { Route } from "../resources/deployment.ts";
import { accountId } from "../aws/names.ts";

/** The payload limit of an HTTP API, which is not adjustable. */
const maxBodyBytes = 10 * 1024 * 1024;

/**
 * Stands in for API Gateway's HTTP API on a loopback port. It takes the port at once, so that a used port
 * fails before any other work, and knows no path before `serve`. Not AWS: no throttling, CORS, authorizers
 * or access log.
 */
export async function openHttpFront(port: number, observe: Observe = () => undefined) {
  let page: string | undefined;
  let routes: readonly Route[] = [];
  let functions: ReadonlyMap<string, LambdaFunction> = new Map();

  const answerTo = async (request: IncomingMessage): Promise<SimulatedAnswer> => {
    const match = matchRoute(routes, request);
    const target = functions.get(match?.functionArn ?? "");
    if (match === undefined || target === undefined) return messageAnswer(404, "Not Found");
    const body = await readBody(request);
    if (body === undefined) return messageAnswer(413, "Request Entity Too Large");
    const startedAtMillis = Date.now();
    const requestId = randomUUID();
    const invocation = target.invoke(toHttpEvent(request, body, match), requestId);
    // API Gateway stops waiting, but the function continues.
    const outcome = await within(match.timeoutMillis, () => invocation).catch((error: unknown) => {
      if (error instanceof TimedOut) return undefined;
      throw error;
    });
    const answer = answerOf(outcome);
    const atMillis = Date.now();
    const tookMillis = atMillis - startedAtMillis;
    const functionStem = target.definition.stem;
    const { status } = answer;
    observe({ kind: "webhook", atMillis, functionStem, requestId, status, tookMillis });
    return answer;
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const home = page !== undefined && isBrowserHere(request) ? page : undefined;
      const answer =
        home === undefined
          ? await answerTo(request)
          : { status: 302, headers: { location: home, "cache-control": "no-store" } };
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
    /** Sends a browser of this machine that opens `/` to another address. */
    redirectBrowsersTo(url: string): void {
      page = url;
    },
    serve(given: readonly Route[], targets: ReadonlyMap<string, LambdaFunction>): void {
      routes = given;
      functions = targets;
    },
  };
}

/** `GET /` with a loopback host: not a request that came through a tunnel. */
function isBrowserHere({ method, url, headers }: IncomingMessage): boolean {
  const isLoopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(headers.host ?? "");
  return method === "GET" && url === "/" && isLoopback;
}

function answerOf(outcome: Outcome | undefined): SimulatedAnswer {
  if (outcome === undefined) return messageAnswer(503, "Service Unavailable");
  if (outcome.kind === "success") return toHttpAnswer(outcome.payload);
  return outcome.errorType === "RequestEntityTooLarge"
    ? messageAnswer(413, "Request Entity Too Large")
    : messageAnswer(500, "Internal Server Error");
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

function messageAnswer(status: number, message: string): SimulatedAnswer {
  return { status, body: { message } };
}

/**
 * Reads a function's result in payload format 2.0: structured if it has a `statusCode`, else a JSON
 * body with 200. A malformed structured result gives 500, as on AWS.
 */
function toHttpAnswer(payload: string): SimulatedAnswer {
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

/** The route that a request takes. */
export type RouteMatch = Route & {
  readonly pathParameters: Readonly<Record<string, string>>;
};

/**
 * Finds the route as an HTTP API does: first a full path, then one with parameters, then a greedy one,
 * then `$default`. An exact method comes before `ANY`.
 */
function matchRoute(
  routes: readonly Route[],
  { method, url = "/" }: IncomingMessage,
): RouteMatch | undefined {
  const [path = "/"] = url.split("?");
  const ranked = routes.toSorted((left, right) => rank(left) - rank(right));
  for (const route of ranked) {
    if (route.routeKey === "$default") return { ...route, pathParameters: {} };
    const [routeMethod, routePath = ""] = route.routeKey.split(" ");
    if (routeMethod !== "ANY" && routeMethod !== method) continue;
    const found = patternOf(routePath).exec(path);
    if (found === null) continue;
    const parameters = Object.entries(found.groups ?? {});
    return {
      ...route,
      pathParameters: Object.fromEntries(parameters.map(([name, text]) => [name, decode(text)])),
    };
  }
  return undefined;
}

function rank({ routeKey }: Route): number {
  if (routeKey === "$default") return 100;
  const greedy = routeKey.includes("+}") ? 10 : 0;
  const parameters = routeKey.includes("{") ? 2 : 0;
  return greedy + parameters + (routeKey.startsWith("ANY ") ? 1 : 0);
}

function patternOf(routePath: string): RegExp {
  const source = routePath
    .split(/(\{\w+\+?\})/)
    .map((part) => {
      const [, name, plus] = /^\{(\w+)(\+?)\}$/.exec(part) ?? [];
      if (name === undefined) return part.replace(/[.*+?^$()[\]\\|]/g, "\\$&");
      return `(?<${name}>${plus === "+" ? ".+" : "[^/]+"})`;
    })
    .join("");
  return new RegExp(`^${source}/?$`);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The event of an HTTP API, payload format 2.0. Not AWS: no authorizer, client
 * certificate or stage variables.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
function toHttpEvent(request: IncomingMessage, body: Buffer, match: RouteMatch): object {
  const [, rawPath = "/", rawQueryString = ""] = /^([^?]*)\??(.*)$/.exec(request.url ?? "/") ?? [];
  const { cookie, ...headers } = Object.fromEntries(
    Object.entries(request.headersDistinct).map(([name, values = []]) => [name, values.join(",")]),
  );
  const query = new URLSearchParams(rawQueryString);
  const queryStringParameters = Object.fromEntries(
    [...new Set(query.keys())].map((name) => [name, query.getAll(name).join(",")]),
  );
  const isBase64Encoded = body.length > 0 && !(isText(request.headers) && isUtf8(body));
  const now = new Date();
  return {
    version: "2.0",
    routeKey: match.routeKey,
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers,
    ...(query.size === 0 ? {} : { queryStringParameters }),
    ...(Object.keys(match.pathParameters).length === 0
      ? {}
      : { pathParameters: match.pathParameters }),
    requestContext: {
      accountId,
      apiId: "local",
      domainName: request.headers.host ?? "",
      domainPrefix: "local",
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
        userAgent: request.headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: match.routeKey,
      stage: "$default",
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isBase64Encoded ? "base64" : "utf8") }),
    isBase64Encoded,
  };
}

/**
 * API Gateway passes text unchanged and encodes everything else, including forms and unnamed types. Its
 * documentation does not cover bytes that are no text under a text type. Here such bytes stay unchanged.
 */
function isText(headers: IncomingHttpHeaders): boolean {
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return /^text\/|^application\/(json|xml|javascript)$|\+json$/.test(type);
}
