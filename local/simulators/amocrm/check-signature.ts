import { createHash, createHmac } from "node:crypto";
import type { SimulatedRequest } from "../../http.ts";
import { chatsRefusal } from "./answers.ts";

const minuteMillis = 60_000;

/**
 * Checks the signature of a Chats API request as its documentation describes it. The code is
 * independent of the bridge's own signing, so that it finds a mistake there.
 * @see https://www.amocrm.ru/developers/content/chats/chat-start
 */
export function checkSignature(request: SimulatedRequest, secret: string, nowMillis: number): void {
  const reason = findFault(request, secret, nowMillis);
  if (reason !== undefined) {
    throw chatsRefusal(403, "ORIGIN_INVALID_SIGNATURE", "invalid signature", reason);
  }
}

function findFault(
  { method, path, headers, body }: SimulatedRequest,
  secret: string,
  nowMillis: number,
): string | undefined {
  const contentType = headers["content-type"];
  const md5 = headers["content-md5"];
  const { date } = headers;
  const signature = headers["x-signature"];
  if (contentType !== "application/json") return "Content-Type must be application/json";
  if (md5 === undefined) return "Content-MD5 is missing";
  if (md5 !== createHash("md5").update(body).digest("hex")) {
    return "Content-MD5 is not the lower-case hexadecimal MD5 of the body";
  }
  if (date === undefined) return "Date is missing";
  const dateMillis = parseRfc2822(date);
  if (dateMillis === undefined) return "Date is not in the form of RFC 2822";
  if (nowMillis - dateMillis > 15 * minuteMillis) return "Date is more than 15 minutes old";
  // The vendor's tolerance for clocks that run ahead is not known.
  if (dateMillis - nowMillis > 5 * minuteMillis) return "Date is more than 5 minutes ahead";
  if (signature === undefined) return "X-Signature is missing";
  const mac = createHmac("sha1", secret);
  mac.update(`${method}\n${md5}\n${contentType}\n${date}\n${path}`);
  return signature === mac.digest("hex") ? undefined : "X-Signature does not fit the request";
}

/**
 * The milliseconds of an RFC 2822 date such as `Wed, 15 Dec 2021 23:12:55 +0000`. The
 * vendor accepts `GMT`, too.
 */
export function parseRfc2822(text: string): number | undefined {
  const form =
    /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:GMT|[+-]\d{4})$/;
  const millis = form.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(millis) ? undefined : millis;
}

/** The signature of a hook: HMAC-SHA1 of the body, without a line feed that the vendor adds later. */
export function signHook(body: string, secret: string): string {
  return createHmac("sha1", secret).update(body, "utf8").digest("hex");
}
