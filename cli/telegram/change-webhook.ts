import { allowedUpdates } from "../../lambdas/telegram/send/inspect-webhook.ts";
import type { WebhookInfo } from "grammy/types";
import { telegramWebhookCredentials } from "../../lambdas/compose/credentials.ts";
import { CommandFailure } from "../command.ts";
import type { SecretStore } from "../secrets/secret-store.ts";
import { commandToSet } from "../secrets/secret-plans.ts";
import type { Stage } from "../stage/stage.ts";
import type { Bot } from "./open-bot.ts";
import { findDifferences } from "./webhook-state.ts";

/** The webhook after a change, and whether it was different before. */
export type ChangedWebhook = { readonly info: WebhookInfo; readonly changed: boolean };

/**
 * Sets the webhook and checks Telegram's result. It also sets a webhook that is already correct:
 * Telegram does not report its secret token, and a second set does no harm. Updates that wait at
 * Telegram stay.
 */
export async function setWebhook(
  stage: Stage,
  bot: Bot,
  secrets: SecretStore,
  address: string,
): Promise<ChangedWebhook> {
  const secretToken = await readSecretToken(stage, secrets);
  const before = await bot.call((api) => api.getWebhookInfo());
  await bot.call((api) =>
    api.setWebhook(address, { secret_token: secretToken, allowed_updates: allowedUpdates }),
  );
  const info = await bot.call((api) => api.getWebhookInfo());
  const differences = findDifferences(info, address);
  if (differences.length > 0) {
    throw new CommandFailure(
      `Telegram accepted the webhook but reports another: ${differences.join("; ")}; does another program use this bot?`,
    );
  }
  return { info, changed: findDifferences(before, address).length > 0 };
}

async function readSecretToken(stage: Stage, secrets: SecretStore): Promise<string> {
  const parsed = telegramWebhookCredentials.safeParse(await secrets.read("telegram-webhook"));
  if (parsed.success) return parsed.data.current;
  const set = commandToSet(stage, "telegram-webhook", "current");
  throw new CommandFailure(`the webhook secret is not set: set it with ${set}`);
}

/** Removes the webhook. Waiting updates stay at Telegram for up to a day. */
export async function deleteWebhook(bot: Bot): Promise<ChangedWebhook> {
  const info = await bot.call((api) => api.getWebhookInfo());
  await bot.call((api) => api.deleteWebhook());
  return { info, changed: (info.url ?? "") !== "" };
}

/**
 * Removes the webhook where it is the given one. It leaves another webhook unchanged, such as another
 * bridge's or one behind a tunnel.
 */
export async function deleteOwnWebhook(
  bot: Bot,
  address: string,
): Promise<{ readonly outcome: "deleted" | "none" | "not-ours"; readonly was: string }> {
  const was = (await bot.call((api) => api.getWebhookInfo())).url ?? "";
  if (was === "") return { outcome: "none", was };
  if (was !== address) return { outcome: "not-ours", was };
  await bot.call((api) => api.deleteWebhook());
  return { outcome: "deleted", was };
}
