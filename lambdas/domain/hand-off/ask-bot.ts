import type { CustomerEvent } from "../../model/message.ts";
import type { BotAnswer, BotRequest } from "../../ports/bot-answers.ts";
import type { Part, Work } from "../delivery.ts";
import { sayAsBot } from "../say-as-bot.ts";
import type { HandOffDependencies } from "./hand-off.ts";

/** The bot's requests, carried out like any message, and what was said kept for operators. */
export function answerAsBot(
  event: CustomerEvent,
  { requests }: BotAnswer,
  acceptedAtMillis: number,
  deps: HandOffDependencies,
): Work {
  const { conversationId, chatId } = event;
  const makes = (request: BotRequest) => () =>
    deps.messenger.request(chatId, request.method, request.payload);
  const replies = requests.map((request) => sayAsBot(event, makes(request), deps));
  const remember: Part = {
    async send({ parts }) {
      const { saidCount = 0 } = (await deps.conversations.find(conversationId)) ?? {};
      const said = requests.map(({ text }, index) => ({
        text,
        telegramMessageId: parts[index] ?? "",
      }));
      const number = saidCount + 1;
      const one = { event, acceptedAtMillis, replies: said };
      await deps.transcript.put(conversationId, number, one, deps.now());
      await deps.conversations.update(conversationId, { saidCount: number, handOff: "bot" });
      return String(number);
    },
  };
  return { kind: "parts", parts: [...replies, remember] };
}
