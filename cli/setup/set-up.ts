import { addressOf, nameOf } from "../stage/stage.ts";
import type { Stage } from "../stage/stage.ts";
import { settleBot } from "./bot-step.ts";
import type { KnownBot } from "./bot-step.ts";
import { checkTheWay } from "./check-step.ts";
import { settleConnection } from "./connection-step.ts";
import { sayStep } from "./step.ts";
import type { Setup } from "./step.ts";
import { settleWebhook } from "./webhook-step.ts";
import { whatIsLeft } from "./what-is-left.ts";

/**
 * Takes a bridge that is deployed to its first message. What is done already is found out from what is
 * there, so it can be left anywhere and begun again; each step keeps only what its vendor accepted.
 */
export async function setUp(setup: Setup): Promise<void> {
  const { stage } = setup;
  const { WebhookUrl: baseUrl } = stage.outputs;
  const { stage: name, bridge } = nameOf(stage);
  sayStep(setup, "stack", `${[name, bridge].filter(Boolean).join("/")} is at ${baseUrl}`);
  const known = await settleBot(setup);
  await settleConnection(setup);
  await settleWebhook(setup, known, addressOf(baseUrl, "/telegram"));
  await checkTheWay(setup, baseUrl);
  for (const paragraph of whatIsLeft(stage)) setup.say(`\n${paragraph}`);
  setup.say(`\nDone. ${howToWrite(stage, known)}`);
}

/** A simulated bot has no address in Telegram, or somebody else's. */
function howToWrite({ bridge, telegramApiRoot }: Stage, { username }: KnownBot): string {
  if (bridge === undefined && new URL(telegramApiRoot).hostname === "127.0.0.1") {
    const say = addressOf(telegramApiRoot, "/_sim/customers/42/say");
    return `What a simulated customer writes comes to amoCRM:\n  curl -d '{"text":"Hello","first_name":"Anna"}' ${say}`;
  }
  return `Write to https://t.me/${username}: the message comes to amoCRM.`;
}
