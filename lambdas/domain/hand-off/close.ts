import type { CustomerEvent } from "../../model/message.ts";
import type { Said } from "../../ports/transcript.ts";
import { momentOf, stepsShowing } from "../customer-to-operator.ts";
import type { Accepted, Work } from "../delivery.ts";
import { plainWords, sayAndShow } from "../say-as-bot.ts";
import type { BridgeSettings } from "../settings.ts";

import { forgetTranscript, inSteps, orLeftOut, transcriptSteps } from "./past.ts";

/** The customer ended the talk: operators see it, the customer gets a word of it, the bot is back. */
export function closeByCustomer(
  event: CustomerEvent,
  transcript: readonly Said[],
  { eventId, acceptedAtMillis }: Accepted,
  settings: BridgeSettings,
): Work {
  const { conversationId, customer } = event;
  const words = plainWords(settings.texts[customer.language].talkClosed);
  const atMillis = momentOf(event, acceptedAtMillis);
  return inSteps({
    first: { name: "close-talk", conversationId, eventId },
    past: transcriptSteps(transcript, settings),
    forgetPast: forgetTranscript(conversationId),
    rest: [
      ...stepsShowing(event, acceptedAtMillis, { isSilent: true }, settings).map(orLeftOut),
      ...sayAndShow(event, words, atMillis, settings).map((step) => () => step),
    ],
  });
}
