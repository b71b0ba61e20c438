import { amocrmOwnWebhook } from "../../lambdas/amocrm/webhook/own-webhook.ts";
import { TelegramOwnWebhook } from "../../lambdas/telegram/webhook/own-webhook.ts";
import type { Direction } from "../../lambdas/model/envelope.ts";
import type { OwnWebhook } from "../../lambdas/model/caretaker-report.ts";
import { fixedSecret } from "../../lambdas/model/runtime.ts";
import { textOf } from "../secrets/change-field.ts";
import type { SecretStore } from "../secrets/secret-store.ts";
import { addressOf } from "../stage/stage.ts";

const timeoutMillis = 10_000;

/** A webhook of ours, with the queue for its events. */
export type Way = {
  readonly url: string;
  readonly direction: Direction;
  readonly webhook: OwnWebhook;
};

/** Both webhooks at their public address, for calls like those of their vendors. */
export async function openOwnWebhooks(
  baseUrl: string,
  secrets: SecretStore,
): Promise<readonly Way[]> {
  const current = textOf(await secrets.read("telegram-webhook"), "current");
  const channel = await secrets.read("amocrm-channel");
  const scopeId = textOf(channel, "scopeId");
  const url = addressOf(baseUrl, "/telegram");
  return [
    {
      url,
      direction: "to-amocrm",
      webhook: new TelegramOwnWebhook({ url, secret: fixedSecret({ current }), timeoutMillis }),
    },
    {
      url: addressOf(baseUrl, `/amocrm/${encodeURIComponent(scopeId)}`),
      direction: "to-telegram",
      webhook: amocrmOwnWebhook({
        baseUrl: addressOf(baseUrl, ""),
        channel: fixedSecret({ scopeId, current: textOf(channel, "current") }),
        timeoutMillis,
      }),
    },
  ];
}
