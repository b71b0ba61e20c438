import type { CustomerEvent } from "../../model/message.ts";
import type { BotAnswer } from "../../ports/bot-answers.ts";
import type { Part, Work } from "../delivery.ts";
import { requestAsBot } from "../say-as-bot.ts";
import type { Accepted, HandOffDependencies } from "./hand-off.ts";
import { botPrefix } from "./move.ts";
import { prefixed } from "./prefixed.ts";

/** The bot's requests, carried out like any message, and what was said kept for operators. */
export function answerAsBot(
  event: CustomerEvent,
  { requests }: BotAnswer,
  { acceptedAtMillis }: Accepted,
  deps: HandOffDependencies,
): Work {
  const { conversationId } = event;
  const replies = requests.map((request) =>
    prefixed(botPrefix, requestAsBot(event, request, deps), deps.logger),
  );
  const remember: Part = {
    async send({ parts }) {
      const { saidCount = 0, handOff } = (await deps.conversations.find(conversationId)) ?? {};
      const said = requests.map(({ text }, index) => ({
        text,
        telegramMessageId: (parts[index] ?? "").slice(botPrefix.length),
      }));
      const number = saidCount + 1;
      const one = { event, acceptedAtMillis, replies: said };
      await deps.transcript.put(conversationId, number, one, deps.now());
      // An operator may have taken the talk over meanwhile: that stands.
      const isBack = handOff === undefined || (handOff === "closed" && event.command !== "end");
      const news = { saidCount: number, ...(isBack ? { handOff: "bot" as const } : {}) };
      await deps.conversations.update(conversationId, news);
      return `${botPrefix}said-${number}`;
    },
  };
  return { kind: "parts", parts: [...replies, remember] };
}
