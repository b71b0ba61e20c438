import { Bot } from "grammy/web";
import type { Composer } from "grammy/web";
import type { Update, UserFromGetMe } from "grammy/types";
import type { BotContext } from "./answers.ts";
import type { Language } from "../model/conversation.ts";
import type { BotAnswer, BotAnswers, BotRequest } from "../model/messenger.ts";
import { jsonTextOf } from "../http/untrusted.ts";

/** Requests that the bridge does not send. The webhook's answer makes the first. The second is not needed. */
const needless = new Set(["answerCallbackQuery", "sendChatAction"]);

/** A grammY composer as a function. It records the bot's requests, and the bridge makes them later. */
export class ComposedBot implements BotAnswers {
  readonly #composer: Composer<BotContext>;
  readonly #me: UserFromGetMe;

  constructor(composer: Composer<BotContext>, botId: string) {
    this.#composer = composer;
    // Handlers that ask for the bot's identity get its number. Nothing here calls Telegram.
    this.#me = { id: Number(botId), is_bot: true, first_name: "", username: "" } as UserFromGetMe;
  }

  async answer(update: Uint8Array, language: Language): Promise<BotAnswer> {
    const requests: BotRequest[] = [];
    let callsOperator = false;
    let here: Place = {};
    const bot = new Bot<BotContext>("0:never-sent", { botInfo: this.#me });
    bot.api.config.use(async (_call, method, payload) => {
      if (!needless.has(method)) requests.push(requestOf(method, payload, here));
      // A handler may read only this much of a sent message.
      return { ok: true, result: { message_id: 0 } as never };
    });
    bot.use((ctx, next) => {
      here = placeOf(ctx);
      const callOperator = () => {
        callsOperator = true;
      };
      Object.assign(ctx, { language, callOperator });
      return next();
    });
    bot.use(this.#composer);
    await bot.handleUpdate(JSON.parse(jsonTextOf(update)) as Update);
    return { requests, callsOperator: callsOperator || requests.length === 0 };
  }
}

type Place = Readonly<Record<string, unknown>>;

function placeOf({ msg }: BotContext): Place {
  return {
    message_thread_id: msg?.message_thread_id,
    direct_messages_topic_id: msg?.direct_messages_topic?.topic_id,
  };
}

function requestOf(method: string, payload: object, here: Place): BotRequest {
  // A local file of the process cannot wait in a ledger. A file_id or an address can.
  const plain = JSON.parse(JSON.stringify(payload)) as Record<string, unknown>;
  // grammY answers where the customer wrote. The bridge does that too, and it knows what to do when
  // that place no longer exists.
  for (const [name, value] of Object.entries(here)) if (plain[name] === value) delete plain[name];
  const { text, caption } = plain;
  const words = [text, caption].find((words) => typeof words === "string");
  return { method, payload: plain, text: typeof words === "string" ? words : `[${method}]` };
}
