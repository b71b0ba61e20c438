import type { CustomerEvent } from "../../model/message.ts";
import type { Step, Work } from "../delivery.ts";
import { sayAsBot } from "../say-as-bot.ts";
import type { Words } from "../say-as-bot.ts";
import type { Accepted, HandOffDependencies } from "./hand-off.ts";

/** What the bot says, sent like any message, and all that was said kept for operators. */
export function answerAsBot(
  event: CustomerEvent,
  words: readonly Words[],
  { acceptedAtMillis }: Accepted,
  deps: HandOffDependencies,
): Work {
  const { conversationId } = event;
  const replies = words.map(({ send }) => sayAsBot(event, send, deps, "answer-as-bot"));
  const link = event.ownPhone === undefined ? [] : [linkPhone(event, deps)];
  const remember: Step = {
    name: "remember-exchange",
    async run({ steps }) {
      const { saidCount = 0, handOff } = (await deps.conversations.find(conversationId)) ?? {};
      const said = words.map(({ text }, index) => ({
        text,
        telegramMessageId: steps[index]?.id ?? "",
      }));
      const number = saidCount + 1;
      const one = { event, acceptedAtMillis, replies: said };
      await deps.transcript.put(conversationId, number, one, deps.now());
      // An operator may have taken the talk over meanwhile: that stands.
      const isBack = handOff === undefined || (handOff === "closed" && event.command !== "end");
      const news = { saidCount: number, ...(isBack ? { handOff: "bot" as const } : {}) };
      await deps.conversations.update(conversationId, news);
      return {};
    },
  };
  return { kind: "steps", steps: [...replies, ...link, remember] };
}

/**
 * The chat has its contact before operators see anything in it. The talk with the bot does not wait
 * for amoCRM: what fails here is done when the message is shown.
 */
function linkPhone(event: CustomerEvent, { openConversation }: HandOffDependencies): Step {
  return {
    name: "link-phone",
    async run() {
      await openConversation(event);
      return {};
    },
    skipAfter: () => true,
  };
}
