import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { accountId } from "../aws/names.ts";
import type { RouteMatch } from "./match-route.ts";

/**
 * The event of an HTTP API, payload format 2.0. Not AWS: no authorizer, client
 * certificate or stage variables.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toHttpEvent(request: IncomingMessage, body: Buffer, match: RouteMatch): object {
  const { rawPath, rawQueryString } = splitUrl(request);
  const headers = joinedHeaders(request.headersDistinct);
  const { cookie, ...others } = headers;
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
    headers: others,
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

/** The path as sent, and the query without its question mark. */
export function splitUrl(request: IncomingMessage): { rawPath: string; rawQueryString: string } {
  const [rawPath = "/", ...query] = (request.url ?? "/").split("?");
  return { rawPath, rawQueryString: query.join("?") };
}

function joinedHeaders(headers: NodeJS.Dict<string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values = []]) => [name, values.join(",")]),
  );
}

/**
 * API Gateway passes text unchanged and encodes everything else, including forms and unnamed types. Its
 * documentation does not cover bytes that are no text under a text type. Here such bytes stay unchanged.
 */
function isText(headers: IncomingHttpHeaders): boolean {
  const type = (headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return /^text\/|^application\/(json|xml|javascript)$|\+json$/.test(type);
}
