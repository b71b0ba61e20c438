import type { CustomerMessenger } from "../../lambdas/ports/customer-messenger.ts";
import { aScript } from "./script.ts";
import type { Step } from "./script.ts";

/** A messenger that keeps its calls and answers by script. */
export function aFakeMessenger({
  sends = ["101", "102", "103"],
  touches = [undefined],
}: {
  sends?: readonly [Step<string>, ...Step<string>[]];
  touches?: readonly [Step<undefined>, ...Step<undefined>[]];
} = {}): CustomerMessenger & {
  readonly sent: { chatId: string; text: string }[];
  touched(): number;
} {
  const sent: { chatId: string; text: string }[] = [];
  const sending = aScript(...sends);
  const touching = aScript<undefined>(...touches);
  return {
    sent,
    touched: touching.played,
    sendText: (chatId, text) => {
      sent.push({ chatId, text });
      return sending.play();
    },
    touchChat: () => touching.play(),
  };
}
