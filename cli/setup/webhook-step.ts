import { CommandFailure } from "../command.ts";
import { printableAddress } from "../output.ts";
import { setWebhook } from "../telegram/change-webhook.ts";
import { setCommands } from "../telegram/commands.ts";
import { findFault } from "../telegram/webhook-state.ts";
import type { KnownBot } from "./bot-step.ts";
import { sayStep } from "./step.ts";
import type { Setup } from "./step.ts";

/**
 * Tells Telegram where to deliver and which commands the bot has. Another webhook is taken over only
 * when the person says so; where nobody is asked it is taken over and named.
 */
export async function settleWebhook(
  setup: Setup,
  { bot }: KnownBot,
  address: string,
): Promise<void> {
  const { stage, secrets, asker } = setup;
  const fault = findFault(address, stage.telegramApiRoot);
  if (fault !== undefined) throw new CommandFailure(fault);
  const was = (await bot.call((api) => api.getWebhookInfo())).url ?? "";
  const isOther = was !== "" && was !== address;
  if (isOther && asker !== undefined) {
    const ask = `The bot delivers to ${printableAddress(was)}. Take it over?`;
    if (!(await asker.isYes(ask, false))) {
      throw new CommandFailure("the bot's webhook is left as it is: nothing comes from Telegram");
    }
  }
  const { changed } = await setWebhook(stage, bot, secrets, address);
  const before = isOther ? `, in place of ${printableAddress(was)}` : "";
  sayStep(setup, "webhook", `${address} ${changed ? "is set" : "was set before"}${before}`);
  const commandsChanged = await setCommands(bot, stage.outputs.HandOff);
  sayStep(setup, "commands", commandsChanged ? "set" : "set before");
}
