import * as z from "zod";
import { decodePayload } from "../lambda/outcome.ts";

/** The answer that the HTTP front sends. */
export type HttpAnswer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
};

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
export function messageAnswer(statusCode: number, message: string): HttpAnswer {
  return {
    statusCode,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/**
 * Reads a function's result in payload format 2.0: structured if it has a `statusCode`, else a JSON
 * body with 200. A malformed structured result gives 500, as on AWS.
 */
export function toHttpAnswer(payload: string): HttpAnswer {
  const result = decodePayload(payload);
  const isStructured = typeof result === "object" && result !== null && "statusCode" in result;
  if (!isStructured) {
    const body = typeof result === "string" ? result : payload;
    return {
      statusCode: 200,
      headers: { "content-type": "application/json" },
      body: Buffer.from(body),
    };
  }
  const parsed = structured.safeParse(result);
  if (!parsed.success) return messageAnswer(500, "Internal Server Error");
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const own = Object.entries(headers ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  return {
    statusCode,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      ...Object.fromEntries(own),
      ...(cookies.length === 0 ? {} : { "set-cookie": cookies }),
    },
    body: Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8"),
  };
}
