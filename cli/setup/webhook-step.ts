import { findDefaultEndpoint } from "../aws/find-default-endpoint.ts";
import { CommandFailure } from "../command.ts";
import {
  claimBot,
  describeOthers,
  isTaken,
  keptSentence,
  refuseTaken,
} from "../telegram/take-over.ts";
import type { Found } from "../telegram/take-over.ts";
import { findFault } from "../telegram/webhook-state.ts";
import type { KnownBot } from "./bot-step.ts";
import { sayStep } from "./step.ts";
import type { Setup } from "./step.ts";

/**
 * Tells Telegram where to deliver and which commands the bot has. The webhook and menu of another
 * program are taken over only when the person says so, or an option does, and are kept.
 */
export async function settleWebhook(
  setup: Setup,
  { bot }: KnownBot,
  address: string,
): Promise<void> {
  const { stage, secrets, now } = setup;
  const fault = findFault(address, stage.telegramApiRoot);
  if (fault !== undefined) throw new CommandFailure(fault);
  const claim = { stage, bot, secrets, address, now, findDefaultEndpoint };
  const agree = (others: Found) => agreeToTakeOver(setup, others);
  const { changed, commandsChanged, found } = await claimBot(claim, agree);
  sayStep(setup, "webhook", `${address} ${changed ? "is set" : "was set before"}`);
  sayStep(setup, "commands", commandsChanged ? "set" : "set before");
  if (isTaken(found)) {
    sayStep(setup, "taken over", `${describeOthers(found)}; ${keptSentence(stage)}`);
  }
}

async function agreeToTakeOver({ stage, asker, given }: Setup, found: Found): Promise<void> {
  if (given.takeOver) return;
  if (asker === undefined) refuseTaken(stage, found, "setup");
  const ask = `The bot has a webhook or menu that is not this bridge's: ${describeOthers(found)}. Take it over? (${keptSentence(stage)})`;
  if (await asker.isYes(ask, false)) return;
  throw new CommandFailure("the bot's webhook is left as it is: nothing comes from Telegram");
}
