import { createHmac, timingSafeEqual } from "node:crypto";
import type { DeepLink } from "../model/stores.ts";

/**
 * The beginning of our payloads, with the version of their form. A marketer begins a payload with a
 * letter or a digit, and no word begins with both signs. So another program's payload does not look like
 * ours by accident.
 */
const prefix = "_-1";
/** 80 bits of the HMAC in base64url. */
const macBytes = 10;
const macLength = 14;
/** The hours since 1970 in base 36: enough until the year 2161. */
const expiryLength = 4;
/** More than amoCRM has contacts: 10^14. */
const longestContact = 9;
const longestWords = 32;
const hourMillis = 3_600_000;
const alphabet = /^[A-Za-z0-9_-]*$/;

/** How long a link that names a contact works, unless its maker chooses another time. */
export const contactLinkDays = 7;

/** The keys of the MAC: links are made with the current one, and read with either. */
export type DeepLinkKeys = { readonly current: string; readonly previous?: string | undefined };

/** The result of reading a payload. `expired` and `ours` have a right MAC. */
export type ReadPayload =
  | { readonly kind: "ours" | "expired"; readonly link: DeepLink }
  | { readonly kind: "forged" }
  | { readonly kind: "not-ours" };

/** The reason why a payload cannot hold this link. Undefined when it can. */
export function findDeepLinkFault(link: DeepLink): string | undefined {
  const { source, campaign, contactId, expiresAtMillis } = link;
  if (source === "") return "expected a source of at least one character";
  for (const [name, word] of Object.entries({ source, campaign })) {
    if (!alphabet.test(word)) return `the ${name} may have only the characters A-Z a-z 0-9 _ -`;
  }
  const length = source.length + campaign.length;
  if (length > longestWords) {
    return `source and campaign have ${length} characters together, at most ${longestWords} fit`;
  }
  if (contactId !== undefined && !fits(contactId, longestContact)) {
    return "expected the contact's id in amoCRM, a whole number";
  }
  if (contactId !== undefined && expiresAtMillis === undefined) {
    return "a link that names a contact must expire";
  }
  if (expiresAtMillis !== undefined && !fits(hoursOf(expiresAtMillis), expiryLength)) {
    return "expected an expiry before the year 2161";
  }
  return undefined;
}

/**
 * The payload of a link, at most 64 characters as Telegram allows: prefix, MAC, source, campaign, expiry,
 * contact, the lengths of source and campaign. It ends with a letter or a digit, because programs that
 * find links in texts may cut off a sign at the end. The expiry is rounded up to the hour. Throws for a
 * link with a fault.
 * @see https://core.telegram.org/bots/features#deep-linking
 */
export function encodeDeepLink(link: DeepLink, { current }: DeepLinkKeys): string {
  const fault = findDeepLinkFault(link);
  if (fault !== undefined) throw new RangeError(fault);
  const { source, campaign, contactId, expiresAtMillis } = link;
  const words = [
    source,
    campaign,
    expiresAtMillis === undefined
      ? ""
      : hoursOf(expiresAtMillis).toString(36).padStart(expiryLength, "0"),
    contactId === undefined ? "" : contactId.toString(36),
    source.length.toString(36),
    campaign.length.toString(36),
  ];
  const fields = words.join("");
  return prefix + macOf(fields, current) + fields;
}

/** True for a payload in the form of ours, whatever its MAC. */
export function isDeepLinkForm(payload: string): boolean {
  return parse(payload) !== undefined;
}

/**
 * Reads the payload of a `/start`. The MAC decides: a payload that anybody else made is `forged` when it
 * has exactly our form, and `not-ours` otherwise.
 */
export function readDeepLink(
  payload: string,
  { current, previous }: DeepLinkKeys,
  nowMillis: number,
): ReadPayload {
  const parsed = parse(payload);
  if (parsed === undefined) return { kind: "not-ours" };
  const { mac, fields, link } = parsed;
  const given = Buffer.from(mac);
  const isOurs = [current, previous ?? ""]
    .filter((key) => key !== "") // with an empty key, any person could make links
    .map((key) => timingSafeEqual(Buffer.from(macOf(fields, key)), given))
    .includes(true);
  if (!isOurs) return { kind: "forged" };
  const { expiresAtMillis = Number.POSITIVE_INFINITY } = link;
  return { kind: nowMillis < expiresAtMillis ? "ours" : "expired", link };
}

function parse(payload: string) {
  if (!payload.startsWith(prefix) || !alphabet.test(payload)) return undefined;
  const mac = payload.slice(prefix.length, prefix.length + macLength);
  const fields = payload.slice(prefix.length + macLength);
  const [sourceLength, campaignLength] = [fields.at(-2), fields.at(-1)].map(numberIn);
  if (sourceLength === undefined || campaignLength === undefined) return undefined;
  const words = fields.slice(0, -2);
  const rest = words.slice(sourceLength + campaignLength);
  const [expiry, contact] = [rest.slice(0, expiryLength), rest.slice(expiryLength)];
  const link: DeepLink = {
    source: words.slice(0, sourceLength),
    campaign: words.slice(sourceLength, sourceLength + campaignLength),
    ...(expiry === "" ? {} : { expiresAtMillis: (numberIn(expiry) ?? Number.NaN) * hourMillis }),
    ...(contact === "" ? {} : { contactId: numberIn(contact) ?? Number.NaN }),
  };
  const isWhole =
    link.source.length === sourceLength &&
    link.campaign.length === campaignLength &&
    (expiry === "" || expiry.length === expiryLength);
  return isWhole && findDeepLinkFault(link) === undefined ? { mac, fields, link } : undefined;
}

function macOf(fields: string, key: string): string {
  const digest = createHmac("sha256", key)
    .update(prefix + fields)
    .digest();
  return digest.subarray(0, macBytes).toString("base64url");
}

function numberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9a-z]+$/.test(text) ? Number.parseInt(text, 36) : undefined;
}

function hoursOf(millis: number): number {
  return Math.ceil(millis / hourMillis);
}

/** Whether a number has at most that many digits in base 36. */
function fits(number: number, digits: number): boolean {
  return Number.isSafeInteger(number) && number > 0 && number < 36 ** digits;
}
