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
 * Sets the bot's webhook and commands at Telegram. It takes over another program's webhook and menu
 * only when the person or an option says so, and stores the old ones.
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
  sayStep(setup, "webhook", `${address} ${changed ? "is set" : "was already set"}`);
  sayStep(setup, "commands", commandsChanged ? "set" : "already set");
  if (isTaken(found)) sayStep(setup, "taken over", keptSentence(stage));
}

async function agreeToTakeOver(setup: Setup, found: Found): Promise<void> {
  const { stage, asker, given } = setup;
  if (!given.takeOver && asker === undefined) refuseTaken(stage, found, "setup");
  sayStep(setup, "found", `of another program: ${describeOthers(found)}`);
  if (given.takeOver || asker === undefined) return;
  if (await asker.isYes(`Take it over? You can undo it: ${keptSentence(stage)}`, false)) return;
  throw new CommandFailure(
    "the bot's webhook was not changed: the bridge receives nothing from Telegram",
  );
}
