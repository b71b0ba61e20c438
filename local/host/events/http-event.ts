import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { accountId } from "../aws/names.ts";
import type { Route } from "../resources/deployment.ts";

/** The route that a request takes. */
export type RouteMatch = Route & {
  readonly pathParameters: Readonly<Record<string, string>>;
};

/**
 * Finds the route as an HTTP API does: first a full path, then one with parameters, then a greedy one,
 * then `$default`. An exact method comes before `ANY`.
 */
export function matchRoute(
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
export function toHttpEvent(request: IncomingMessage, body: Buffer, match: RouteMatch): object {
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
