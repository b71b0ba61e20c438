import { isObject, valueAt } from "../untrusted.ts";

/** Names of fields, or ends of names, that hold no words for a person: ids, forms, keys. */
const technical =
  /(^|_)(ids?|type|kind|status|format|mode|style|colou?r|language_code|mime_type|currency_code|token|hash|payload|data|path|nonce|secret|start_parameter|origin)$/;
/** Names of numbers worth telling, which say little without their field's name. */
const counting = /(^|_)(amount|value|star_count|distance|count)$/;
/** Fields that are never read into: whose it is, how it looks, and files. */
const silent =
  /^(from|reply_markup|entities|caption_entities|thumbnail|photo|file_name|set_name|credentials)$|_entities$/;
/** In a message within a message, everything but what it says; elsewhere, the customer's own chat. */
const aboutAMessage = /^(chat|sender_chat|sender_business_bot|via_bot|forward_origin)$/;

const maxDepth = 12;
const maxValues = 2_000;
const maxLength = 4_000;

/**
 * The words that a value of any form carries, one a line, in their order: for kinds of messages
 * that have no rendering of their own. Bounded in depth, in values looked at, and in length.
 */
export function textsWithin(value: unknown): string {
  const lines: string[] = [];
  let left = maxValues;
  const look = (found: unknown, name: string, depth: number): void => {
    left -= 1;
    if (left < 0 || depth > maxDepth) return;
    if (typeof found === "string") {
      if (!technical.test(name)) lines.push(found.trim());
    } else if (typeof found === "number") {
      if (name === "") lines.push(String(found));
      else if (counting.test(name)) lines.push(`${name}: ${found}`);
    } else if (Array.isArray(found)) {
      if (name === "text") lines.push(inlineText(found).trim());
      else for (const item of found) look(item, name, depth + 1);
    } else if (isObject(found)) {
      const isMessage = "message_id" in found && "chat" in found;
      for (const [field, inner] of Object.entries(found)) {
        const isWhere = isMessage
          ? aboutAMessage.test(field)
          : valueAt(inner, "type") === "private";
        if (isWhere || silent.test(field)) continue;
        look(inner, field, depth + 1);
      }
    }
  };
  look(value, "", 0);
  const text = lines.filter((line) => line !== "").join("\n");
  return text.length <= maxLength ? text : `${text.slice(0, maxLength).toWellFormed()}…`;
}

/** Formatted text is a tree of strings that read on. @see https://core.telegram.org/bots/api#richtext */
function inlineText(value: unknown, depth = 0): string {
  if (typeof value === "string") return value;
  if (depth > maxDepth) return "";
  if (Array.isArray(value)) return value.map((part) => inlineText(part, depth + 1)).join("");
  if (!isObject(value)) return "";
  const inner = inlineText(
    value["text"] ?? value["alternative_text"] ?? value["expression"],
    depth + 1,
  );
  return typeof value["url"] === "string" && value["url"] !== inner
    ? `${inner} (${value["url"]})`
    : inner;
}
