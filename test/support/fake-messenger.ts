import type { CustomerMessenger, SendOptions } from "../../lambdas/model/messenger.ts";
import { text as bytesOf } from "node:stream/consumers";
import { aScript } from "./script.ts";
import type { Step } from "./script.ts";

/** One text or file that was sent. A file's bytes are read to their end, like a messenger does. */
export type FakeSent = {
  readonly chatId: string;
  readonly text: string;
  readonly as?: string;
  readonly fileName?: string;
  readonly bytes?: string;
  readonly options?: SendOptions;
};

/** A messenger that records its calls and answers by script. */
export function aFakeMessenger({
  sends = ["101", "102", "103"],
  touches = [undefined],
  reactions = [undefined],
}: {
  sends?: readonly [Step<string>, ...Step<string>[]];
  touches?: readonly [Step<undefined>, ...Step<undefined>[]];
  reactions?: readonly [Step<undefined>, ...Step<undefined>[]];
} = {}): CustomerMessenger & {
  readonly sent: FakeSent[];
  readonly reacted: (readonly [string, string | undefined])[];
  touched(): number;
} {
  const sent: FakeSent[] = [];
  const reacted: (readonly [string, string | undefined])[] = [];
  const sending = aScript(...sends);
  const touching = aScript<undefined>(...touches);
  const reacting = aScript<undefined>(...reactions);
  return {
    sent,
    reacted,
    touched: touching.played,
    sendText: (chatId, text, options = {}) => {
      sent.push({ chatId, text, ...(Object.keys(options).length === 0 ? {} : { options }) });
      return sending.play();
    },
    async sendFile(chatId, { as, file, fileName, caption: text = "" }, options = {}) {
      const bytes = await bytesOf(file.body);
      sent.push({ chatId, text, as, fileName, bytes, options });
      return sending.play();
    },
    request: (chatId, method, payload) => {
      const { text } = payload;
      sent.push({ chatId, text: typeof text === "string" ? text : "", as: method });
      return sending.play();
    },
    react: (_chatId, telegramMessageId, emoji) => {
      reacted.push([telegramMessageId, emoji]);
      return reacting.play();
    },
    sendTyping: () => touching.play(),
  };
}
