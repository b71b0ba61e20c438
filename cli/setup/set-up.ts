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
  await settleWebhook(setup, known, addressOf(baseUrl, "/telegram"));
  await checkTheWay(setup, baseUrl);
  for (const paragraph of whatIsLeft(stage)) setup.say(`\n${paragraph}`);
  setup.say(`\nDone. ${howToWrite(stage, known)}`);
}

/** A simulated bot has no address in Telegram, or its address belongs to another bot. */
function howToWrite({ bridge, telegramApiRoot }: Stage, { username }: KnownBot): string {
  if (bridge === undefined && new URL(telegramApiRoot).hostname === "127.0.0.1") {
    const say = addressOf(telegramApiRoot, "/_sim/customers/42/say");
    return `This message of a simulated customer comes to amoCRM:\n  curl -d '{"text":"Hello","first_name":"Anna"}' ${say}`;
  }
  return `Write to https://t.me/${username}: the message comes to amoCRM.`;
}
