import { createHmac } from "node:crypto";

/** The secrets as they are stored, for both webhooks. */
export const channel = { current: "c4nnel-s3cret", channelId: "channel", scopeId: "scope_a" };

/** The variables of both webhooks and of the naive one. The SDK uses the address of the queue's URL. */
export function variablesOf(sqsOrigin: string): Readonly<Record<string, string>> {
  const queueUrl = `${sqsOrigin}/1/q.fifo`;
  return {
    AMOCRM_CHANNEL_SECRET_ID: "channel",
    TO_TELEGRAM_QUEUE_URL: queueUrl,
    DELIVERIES_TABLE: "deliveries",
    BODIES_BUCKET: "bodies",
    TELEGRAM_BOT_ID: "700",
    TELEGRAM_WEBHOOK_SECRET_ID: "webhook",
    TO_AMOCRM_QUEUE_URL: queueUrl,
    CHANNEL_SECRET: channel.current,
  };
}

/** A signed hook of amoCRM in the form of the HTTP API. Each hook is a different message. */
export function hookEvent(number: number): string {
  const body = JSON.stringify({
    account_id: "9e7bbd6d-7f8f-4b1c-9c5a-ffe4d2a0f3b1",
    time: 1_700_000_000,
    message: {
      receiver: {
        id: "2ed64e26-70a1-4857-8382-bb066a076219",
        name: "Анна Петрова",
        client_id: "tg-42",
      },
      sender: { id: "76fc2bea-902f-425c-9a3d-dcdac4766090", name: "Оператор" },
      conversation: { id: "8e4d4baa-9e6c-4a88-838a-5f62be227bdc", client_id: "tg-700-42" },
      source: { external_id: "bridge" },
      timestamp: 1_700_000_000,
      msec_timestamp: 1_700_000_000_123,
      message: {
        id: `0371a0ff-b78a-4c7b-8538-${String(number).padStart(12, "0")}`,
        type: "text",
        text: "Здравствуйте, Анна! Ваш заказ отправлен сегодня утром и будет у вас в пятницу.",
      },
    },
  });
  const signature = createHmac("sha1", channel.current).update(body).digest("hex");
  const headers = { "content-type": "application/json", "x-signature": signature };
  return httpEvent(body, headers, { scopeId: channel.scopeId });
}

/** An update of Telegram, in the same way. */
export function updateEvent(number: number): string {
  const person = { id: 42, first_name: "Анна", last_name: "Петрова", username: "anna" };
  const body = JSON.stringify({
    update_id: number,
    message: {
      message_id: number,
      from: { ...person, is_bot: false, language_code: "ru" },
      chat: { ...person, type: "private" },
      date: 1_700_000_000,
      text: "Здравствуйте! Когда придёт мой заказ?",
    },
  });
  return httpEvent(body, { "x-telegram-bot-api-secret-token": channel.current });
}

function httpEvent(body: string, headers: object, pathParameters: object = {}): string {
  return JSON.stringify({
    version: "2.0",
    routeKey: "POST /",
    rawPath: "/",
    rawQueryString: "",
    headers,
    pathParameters,
    requestContext: { http: { method: "POST", path: "/" }, requestId: "bench" },
    body,
    isBase64Encoded: false,
  });
}
