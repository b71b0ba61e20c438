import type { Direction } from "../../lambdas/model/envelope.ts";
import { aTelegramUpdate, anAmocrmHook, hookSignature } from "../../test/support/bodies.ts";
import { anHttpEvent } from "../../test/support/lambda-events.ts";

/** The bridge of all parts of the bench. Its names and texts are as long as real ones, because bytes are counted. */
export const botId = "1000000001";
export const scopeId = "f90ba33d-c9d9-44da-b76c-c349b0ecbe41_af9945ff-1490-4cad-807d-945c15d88bec";
export const channelSecret = "0000000000bench00channel00secret00000000";
const webhookSecret = "bench-webhook-secret";
const typicalText =
  "Здравствуйте! Подскажите, пожалуйста, когда приедет мой заказ №15926745? Жду уже третий день.";

export const directions = ["to-amocrm", "to-telegram"] as const;
/** The variables that name the tables. */
export type TableName = "CONVERSATIONS_TABLE" | "DELIVERIES_TABLE";

/** A long-lived token, as far as the bridge reads it: it says when it ends. */
const expiry = Buffer.from(JSON.stringify({ exp: Date.UTC(2100, 0) / 1000 }));

/** The secrets of a working bridge, by the variables that name them. */
export const secrets: Readonly<Record<string, string>> = {
  TELEGRAM_WEBHOOK_SECRET_ID: JSON.stringify({ current: webhookSecret }),
  TELEGRAM_BOT_TOKEN_SECRET_ID: JSON.stringify({ token: `${botId}:${"bench".padEnd(35, "-")}` }),
  AMOCRM_CHANNEL_SECRET_ID: JSON.stringify({ channelId: "bench", scopeId, current: channelSecret }),
  AMOCRM_API_TOKEN_SECRET_ID: JSON.stringify({
    token: `bench.${expiry.toString("base64url")}.bench`,
  }),
  DEEP_LINK_KEY_SECRET_ID: JSON.stringify({ current: "bench-deep-link-key" }),
};

const twelve = (number: number) => String(number).padStart(12, "0");

/** The names of a customer's chat, in the bridge and in amoCRM. */
export const conversationOf = (chat: number) => `tg-${botId}-${chat}`;
export const amojoChatIdOf = (chat: number) => `8e4d4baa-9e6c-4a88-838a-${twelve(chat)}`;
/** amoCRM's id of the operator's message of that number. */
export const amocrmMessageIdOf = (number: number) => `0371a0ff-b78a-4c7b-8538-${twelve(number)}`;

/**
 * The item of a chat in a running talk: amoCRM knows it, and the bridge has looked at its contact, lead and
 * profile when the talk began.
 */
export function linkedConversation(chat: number, talkSinceMillis = Date.now()) {
  return {
    conversationId: conversationOf(chat),
    amojoChatId: amojoChatIdOf(chat),
    contactId: 12_000_000 + chat,
    contactLinked: true,
    leadId: 13_000_000 + chat,
    leadCheckedAtMillis: talkSinceMillis,
    lastActivityAtMillis: talkSinceMillis,
    profileCheckedAtMillis: talkSinceMillis,
    // A digest is as long as this one.
    profileDigest: "-".repeat(43),
  };
}

/** A message as its webhook gets it from the HTTP API. Its text ends with its number. */
export function webhookEvent(direction: Direction, chat: number, number: number) {
  const nowMillis = Date.now();
  const date = Math.floor(nowMillis / 1000);
  const text = `${typicalText} ${number}`;
  if (direction === "to-amocrm") {
    const person = { id: chat, first_name: "Анна", last_name: "Петрова", username: "anna_petrova" };
    const from = { ...person, is_bot: false, language_code: "ru" };
    const message = { message_id: number, from, chat: { ...person, type: "private" }, date, text };
    const body = JSON.stringify(aTelegramUpdate(message, { update_id: number }));
    return anHttpEvent({ body, headers: { "x-telegram-bot-api-secret-token": webhookSecret } });
  }
  const id = amocrmMessageIdOf(number);
  const noFile = { media: "", thumbnail: "", file_name: "", file_size: 0 };
  const people = {
    receiver: { id: `2ed64e26-70a1-4857-8382-${twelve(chat)}`, phone: "" },
    sender: { id: "76fc2bea-902f-425c-9a3d-dcdac4766090" },
    conversation: { id: amojoChatIdOf(chat), client_id: conversationOf(chat) },
    source: { external_id: "bench" },
  };
  const when = { timestamp: date, msec_timestamp: nowMillis };
  const hook = anAmocrmHook({ id, text, tag: "", ...noFile }, { ...people, ...when });
  const body = JSON.stringify({ ...hook, account_id: scopeId.split("_")[1], time: date });
  const headers = { "x-signature": hookSignature(body, channelSecret) };
  return anHttpEvent({ body, headers, scopeId });
}

/**
 * The variables of all functions together, as the template sets them, with one address of all services. It
 * names a secret, table or bucket like its variable. Fails for another reference in the template.
 */
export function variablesOf(
  functions: Readonly<Record<string, { readonly variables: Readonly<Record<string, unknown>> }>>,
  url: string,
): Record<string, string> {
  const valueOf = (name: string, given: unknown) => {
    const [, queue] = /^(.+)-queue-url$/.exec(name.replaceAll("_", "-").toLowerCase()) ?? [];
    if (queue !== undefined) return `${url}/000000000000/${queue}.fifo`;
    if (/_(?:SECRET_ID|TABLE|BUCKET)$/.test(name)) return name;
    if (/_(?:API_ROOT|ORIGIN|URL)$/.test(name)) return url;
    if (typeof given === "string") return given;
    throw new Error(`The bench has no value for ${name}.`);
  };
  const ofTemplate = Object.values(functions).flatMap(({ variables }) => Object.entries(variables));
  return {
    ...Object.fromEntries(ofTemplate.map(([name, given]) => [name, valueOf(name, given)])),
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    AWS_SESSION_TOKEN: "A".repeat(700),
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    TELEGRAM_BOT_ID: botId,
    // The laptop's stage has the setting for its rights only, and most bridges do not have it.
    UNANSWERED: "",
    FINDS_UNANSWERED: "no",
    MEDIA_BASE_URL: `${url}/media`,
  };
}
