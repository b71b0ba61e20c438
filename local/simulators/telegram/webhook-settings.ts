import { badRequest } from "./answers.ts";
import type { Parameters } from "./parameters.ts";

/** The settings of `setWebhook`. */
export type WebhookSettings = {
  readonly url: string;
  readonly secretToken: string;
  readonly maxConnections: number;
  /** Empty: every kind but those in {@link offByDefault}. */
  readonly allowedUpdates: readonly string[];
};

/** The settings of a bot that never had a webhook. */
export const noWebhook: WebhookSettings = {
  url: "",
  secretToken: "",
  maxConnections: 40,
  allowedUpdates: [],
};

const updateKinds = [
  "message",
  "edited_message",
  "channel_post",
  "edited_channel_post",
  "business_connection",
  "business_message",
  "edited_business_message",
  "deleted_business_messages",
  "message_reaction",
  "message_reaction_count",
  "inline_query",
  "chosen_inline_result",
  "callback_query",
  "shipping_query",
  "pre_checkout_query",
  "purchased_paid_media",
  "poll",
  "poll_answer",
  "my_chat_member",
  "chat_member",
  "chat_join_request",
  "chat_boost",
  "removed_chat_boost",
];
const offByDefault = ["message_reaction", "message_reaction_count", "chat_member"];

/** Whether the webhook gets this kind of update. It always gets a kind that `allowed_updates` cannot name. */
export function isAllowed(kind: string, { allowedUpdates }: WebhookSettings): boolean {
  if (!updateKinds.includes(kind)) return true;
  return allowedUpdates.length > 0 ? allowedUpdates.includes(kind) : !offByDefault.includes(kind);
}

/**
 * The kinds of updates after a `setWebhook`. Without the parameter they stay. A call with an empty address
 * changes them only when there is no webhook to remove.
 */
export function readKinds(parameters: Parameters, earlier: WebhookSettings): readonly string[] {
  const isRemoval = parameters.text("url") === "" && earlier.url !== "";
  return parameters.has("allowed_updates") && !isRemoval
    ? readAllowedUpdates(parameters.structure("allowed_updates"))
    : earlier.allowedUpdates;
}

/** Checks the other parameters of `setWebhook`. */
export function readWebhookSettings(
  parameters: Parameters,
  allowedUpdates: readonly string[],
): WebhookSettings {
  const url = parameters.text("url");
  if (url === "") return { ...noWebhook, allowedUpdates };
  checkUrl(url);
  const secretToken = parameters.text("secret_token");
  if (secretToken.length > 256) throw badRequest("secret token is too long");
  if (!/^[A-Za-z0-9_-]*$/.test(secretToken)) {
    throw badRequest("secret token contains unallowed characters");
  }
  const maxConnections = Math.min(100, Math.max(1, parameters.integer("max_connections") ?? 40));
  return { url, secretToken, maxConnections, allowedUpdates };
}

function readAllowedUpdates(value: unknown): string[] {
  if (!Array.isArray(value)) throw badRequest("can't parse allowed_updates: array expected");
  return value.map((kind: unknown) => {
    if (typeof kind === "string" && updateKinds.includes(kind)) return kind;
    throw badRequest(`can't parse allowed_updates: unknown update ${JSON.stringify(kind)}`);
  });
}

function checkUrl(text: string): void {
  const url = URL.parse(text);
  if (url === null) throw badRequest("bad webhook: invalid webhook URL specified");
  const isLoopback = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  // The real Bot API accepts no loopback address. This exception lets the bridge run on a laptop.
  if (isLoopback && ["http:", "https:"].includes(url.protocol)) return;
  if (url.protocol !== "https:") {
    throw badRequest("bad webhook: An HTTPS URL must be provided for webhook");
  }
  if (!["", "80", "88", "8443"].includes(url.port)) {
    throw badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443");
  }
}
