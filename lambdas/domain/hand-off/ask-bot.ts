import type { CustomerEvent } from "../../model/message.ts";
import type { Work } from "../delivery.ts";
import { sayAsBot } from "../say-as-bot.ts";
import type { Words } from "../say-as-bot.ts";
import type { Step } from "../step.ts";

/**
 * What the bot says, sent like any message, and all that was said kept for operators. A number that the
 * customer shared is linked at once, so that the chat has its contact before operators see anything in it;
 * the talk with the bot does not wait for amoCRM: what fails here is done when the message is shown.
 */
export function answerAsBot(
  event: CustomerEvent,
  words: readonly Words[],
  acceptedAtMillis: number,
): Work {
  const replies = words.map((each) => sayAsBot(event, each, "answer-as-bot"));
  const link: Step[] =
    event.ownPhone === undefined ? [] : [{ name: "link-phone", event, skip: "any-failure" }];
  const texts = words.map(({ text }) => text);
  const remember: Step = { name: "remember-exchange", event, acceptedAtMillis, texts };
  return { kind: "steps", steps: [...replies, ...link, remember] };
}
