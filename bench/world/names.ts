import type { Direction } from "../../lambdas/model/envelope.ts";

/** Names for the bridge that all parts of the bench share. */
export const botId = "1000000001";
export const scopeId = "f90ba33d-c9d9-44da-b76c-c349b0ecbe41_af9945ff-1490-4cad-807d-945c15d88bec";
export const channelSecret = "0000000000bench00channel00secret00000000";
export const webhookSecret = "bench-webhook-secret";

export const tables = { conversations: "Conversations", deliveries: "Deliveries" } as const;
export const queues = { "to-amocrm": "to-amocrm.fifo", "to-telegram": "to-telegram.fifo" } as const;

/** A long-lived token, as far as the bridge reads it: it says when it ends. */
const expiry = Buffer.from(JSON.stringify({ exp: Date.UTC(2100, 0) / 1000 }));

/** The secrets of a working bridge. */
export const secrets = {
  "telegram-webhook": JSON.stringify({ current: webhookSecret }),
  // As long as a real one: it is part of every path.
  "telegram-bot": JSON.stringify({ token: `${botId}:${"bench-bot-token".padEnd(35, "-")}` }),
  "amocrm-channel": JSON.stringify({ channelId: "bench", scopeId, current: channelSecret }),
  "amocrm-api": JSON.stringify({ token: `bench.${expiry.toString("base64url")}.bench` }),
  "deep-link": JSON.stringify({ current: "bench-deep-link-key" }),
};

/** A customer's conversation, as the bridge names it. */
export function conversationOf(chat: number): string {
  return `tg-${botId}-${chat}`;
}

/**
 * The variables of all functions together, as the template sets them. The bench replaces the values that only AWS or a
 * vendor knows. Fails for a reference in the template for which the bench has no value.
 */
export function variablesOf(
  functions: Readonly<Record<string, { readonly variables: Readonly<Record<string, unknown>> }>>,
  urls: { aws: string; vendors: string },
): Record<string, string> {
  const queueUrl = (direction: Direction) => `${urls.aws}/000000000000/${queues[direction]}`;
  const variables = {
    ...Object.assign({}, ...Object.values(functions).map((each) => each.variables)),
    AWS_ENDPOINT_URL: urls.aws,
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    // As long as Lambda's.
    AWS_SESSION_TOKEN: "A".repeat(700),
    AWS_LAMBDA_FUNCTION_NAME: "bench",
    TELEGRAM_BOT_ID: botId,
    TELEGRAM_WEBHOOK_SECRET_ID: "telegram-webhook",
    TELEGRAM_BOT_TOKEN_SECRET_ID: "telegram-bot",
    TELEGRAM_API_ROOT: urls.vendors,
    AMOCRM_CHANNEL_SECRET_ID: "amocrm-channel",
    AMOCRM_API_TOKEN_SECRET_ID: "amocrm-api",
    DEEP_LINK_KEY_SECRET_ID: "deep-link",
    AMOJO_ORIGIN: urls.vendors,
    AMOCRM_ORIGIN: urls.vendors,
    WEBHOOK_URL: urls.vendors,
    TO_AMOCRM_QUEUE_URL: queueUrl("to-amocrm"),
    TO_TELEGRAM_QUEUE_URL: queueUrl("to-telegram"),
    CONVERSATIONS_TABLE: tables.conversations,
    DELIVERIES_TABLE: tables.deliveries,
    BODIES_BUCKET: "bodies",
    MEDIA_BUCKET: "media",
    MEDIA_BASE_URL: `${urls.vendors}/media`,
  };
  const unknown = Object.entries(variables).filter(([, value]) => typeof value !== "string");
  if (unknown.length === 0) return variables;
  throw new Error(`The bench has no value for ${unknown.map(([name]) => name).join(", ")}.`);
}
