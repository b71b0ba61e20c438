import { vendorOf } from "../amocrm/vendor.ts";
import { findDefaultEndpoint } from "../aws/describe-stack.ts";
import { CommandFailure } from "../command.ts";
import { missingProtection, addressOf, nameOf } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import {
  claimBot,
  describeOthers,
  isTaken,
  keptSentence,
  refuseTaken,
} from "../telegram/take-over.ts";
import type { Found } from "../telegram/take-over.ts";
import { findFault } from "../telegram/bot.ts";
import { settleAccount } from "./account.ts";
import { settleConnection } from "./channel.ts";
import { testWebhooks } from "./check.ts";
import { sayStep } from "./step.ts";
import type { Setup } from "./step.ts";
import { settleBot } from "./tokens.ts";
import type { KnownBot } from "./tokens.ts";

/**
 * Sets up a deployed bridge until its first message. It derives the finished steps from the present state, so a
 * person can leave it anywhere and begin again. Each step stores only values that its vendor accepted.
 */
export async function setUp(setup: Setup): Promise<void> {
  const { stage } = setup;
  const { WebhookUrl: baseUrl } = stage.outputs;
  const { stage: name, bridge } = nameOf(stage);
  sayStep(setup, "stack", `${[name, bridge].filter(Boolean).join("/")} is at ${baseUrl}`);
  const known = await settleBot(setup);
  await settleConnection(setup);
  await settleAccount(setup);
  await settleWebhook(setup, known, addressOf(baseUrl, "/telegram"));
  await testWebhooks(setup, baseUrl);
  for (const paragraph of whatIsLeft(stage)) setup.say(`\n${paragraph}`);
  setup.say(`\nDone. ${howToWrite(stage, known)}`);
}

/** A simulated bot has no address in Telegram, or its address belongs to another bot. */
function howToWrite(stage: Stage, { username }: KnownBot): string {
  const { bridge, telegramApiRoot } = stage;
  const { name } = vendorOf(stage);
  if (bridge === undefined && new URL(telegramApiRoot).hostname === "127.0.0.1") {
    const say = addressOf(telegramApiRoot, "/_sim/customers/42/say");
    return `This message of a simulated customer comes to ${name}:\n  curl -d '{"text":"Hello","first_name":"Anna"}' ${say}`;
  }
  return `Write to https://t.me/${username}: the message comes to ${name}.`;
}

/**
 * Sets the bot's webhook and commands at Telegram. It takes over another program's webhook and menu
 * only when the person or an option says so, and stores the old ones.
 */
async function settleWebhook(setup: Setup, { bot }: KnownBot, address: string): Promise<void> {
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

/**
 * The remaining recommendations for a working bridge, one paragraph each. Each of them is a
 * setting and a deployment.
 */
export function whatIsLeft(stage: Stage): readonly string[] {
  const unprotected = missingProtection(stage);
  return [
    !stage.hasChannelBot &&
      `The stage has no channel bot, so operators do not see the bridge's own messages to customers: put the bot from ${vendorOf(stage).name} support into infra/stages.ts (amocrm.bot) and deploy again.`,
    unprotected && `Customers may write now, but ${unprotected.says}: ${unprotected.fix}.`,
  ].filter((paragraph) => typeof paragraph === "string");
}
