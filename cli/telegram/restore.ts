import { CommandFailure } from "../command.ts";
import { printableAddress } from "../output.ts";
import { commandOn } from "../stage/stage.ts";
import { isSameMenu, menuLanguages, setMenu } from "./commands.ts";
import { formerOf, withFormer, writeBotSecret } from "./former.ts";
import type { Former, FormerWebhook } from "./former.ts";
import type { Bot, BotStage } from "./bot.ts";
import { lookAtBot } from "./take-over.ts";
import type { Claim, Found } from "./take-over.ts";

/** The parts to give back, and how. */
export type Restoration = Awaited<ReturnType<typeof planRestoration>>;

/** Finds the parts to give back. It changes nothing. */
export async function planRestoration(claim: Claim, secretToken: string | undefined) {
  const { stage, secrets } = claim;
  const former = formerOf(await secrets.read("telegram-bot"), stage.botId);
  if (former === undefined) {
    throw new CommandFailure(
      "there is nothing to restore: this bridge has replaced no webhook or menu, or has restored it already",
    );
  }
  const found = await lookAtBot(claim);
  // The languages whose list differs from the stored one.
  const menus = menuLanguages.filter((shownIn) => {
    const isAnothers = found.otherMenus.includes(shownIn);
    return !isAnothers && !isSameMenu(found.menus[shownIn], former.menus[shownIn] ?? []);
  });
  return { former, webhook: planWebhook(former, found, secretToken), menus };
}

/** How to give back the stored webhook. Throws where the bot has a third program's webhook. */
export function planWebhook(
  { webhook: former }: Former,
  { info, whose }: Pick<Found, "info" | "whose">,
  secretToken: string | undefined,
): "set" | "delete" | "leave" {
  const hasSecret = secretToken !== undefined;
  if (hasSecret && (former === undefined || former.url === "")) {
    throw new CommandFailure(
      "the bot had no webhook of another program, so it needs no secret token: omit it",
    );
  }
  if (former === undefined) return "leave";
  const url = info.url ?? "";
  if (whose === "another's" && url !== former.url) {
    const kept = former.url === "" ? "none" : printableAddress(former.url);
    throw new CommandFailure(
      `nothing was changed: the bot's updates now go to ${printableAddress(url)}, which is neither this bridge's webhook nor the stored one (${kept}). Find the program that set it, remove it, and repeat this command`,
    );
  }
  if (former.url === "") return url === "" ? "leave" : "delete";
  // Without a secret token, setting it again would remove the token that its program has set.
  return url === former.url && !hasSecret ? "leave" : "set";
}

/** Gives back menu and webhook. It forgets them once Telegram shows them. May be repeated. */
export async function restore(
  { stage, bot, secrets }: Pick<Claim, "bot" | "secrets"> & { readonly stage: BotStage },
  { former, webhook, menus }: Restoration,
  secretToken: string | undefined,
): Promise<void> {
  for (const shownIn of menus) await setMenu(bot, shownIn, former.menus[shownIn] ?? []);
  if (former.webhook !== undefined) {
    if (webhook === "set") await setFormer(stage, bot, former.webhook, secretToken);
    if (webhook === "delete") await bot.call((api) => api.deleteWebhook());
    // A bot that is read by getUpdates also has kinds of updates, and keeps them without a webhook.
    // https://github.com/tdlib/telegram-bot-api/blob/master/telegram-bot-api/Client.cpp: a call accepts
    // the kinds without an address.
    const kinds = kindsOf(former.webhook);
    if (former.webhook.url === "") await bot.call((api) => api.setWebhook("", kinds));
  }
  const after = withFormer(await secrets.read("telegram-bot"), stage.botId, undefined);
  await writeBotSecret(secrets, after);
}

async function setFormer(
  stage: BotStage,
  bot: Bot,
  former: FormerWebhook,
  secretToken: string | undefined,
): Promise<void> {
  try {
    await bot.call((api) =>
      api.setWebhook(former.url, {
        ...kindsOf(former),
        ...(former.maxConnections === undefined ? {} : { max_connections: former.maxConnections }),
        ...(secretToken === undefined ? {} : { secret_token: secretToken }),
      }),
    );
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    // Telegram drops the webhook before it tries the new one.
    const info = commandOn(stage, "webhook info");
    throw new CommandFailure(
      `${error.message}; the former webhook stays stored. Check with ${info} whether the bot has a webhook: without one, Telegram keeps its updates for a day`,
    );
  }
  const { url = "" } = await bot.call((api) => api.getWebhookInfo());
  if (url === former.url) return;
  throw new CommandFailure(
    `Telegram accepted the webhook but reports another: ${printableAddress(url)}; does another program use this bot?`,
  );
}

/** An empty list is Telegram's default. The stored names may be newer than the client's types. */
function kindsOf({ allowedUpdates }: FormerWebhook): { allowed_updates: never[] } {
  return { allowed_updates: [...allowedUpdates] as never[] };
}
