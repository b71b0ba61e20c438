import * as z from "zod";
import { fromCustomer, fromOperator, simulators } from "./hops.ts";
import type { Telling } from "./hops.ts";

const customer = { id: 42, first_name: "Anna", last_name: "Petrova", language_code: "en" };
const conversationId = `tg-1000000001-${customer.id}`;
const question = "When are you open?";
const call = "Call an operator";
const reply = "Good morning, Anna! Your order arrives today, before six.";

const keyboard = z.object({ inline_keyboard: z.array(z.array(z.object({ text: z.string() }))) });

/** The bot answers, hands over to an operator, and takes over again. Throws when something is missing. */
export async function tellHandOff(telling: Telling): Promise<string> {
  const { run, say } = telling;
  const { telegram, amocrm } = simulators(run);
  const news = createNews(telling);
  const write = (text: string) =>
    fromCustomer(telling, `writes: ${text}`, () => telegram.customerSays(customer, text));

  say();
  say("The bot answers");
  await write("/start");
  const menu = news.customer("the bot's menu");
  await write(question);
  news.customer("the bot's answer");
  if (amocrm.calls().length > 0) throw new Error("the bridge called amoCRM while the bot answered");
  say("  amoCRM            gets no calls");

  say();
  say("The customer calls an operator");
  await fromCustomer(telling, `presses: ${call}`, () =>
    telegram.customer.press(customer.id, menu, { text: call }),
  );
  news.operators("the transcript");
  news.customer("the message about the operator");
  if (amocrm.leads().length + amocrm.contacts().length === 0)
    throw new Error("no contact appeared");

  say();
  say("The operator answers");
  const delivered = await fromOperator(telling, conversationId, reply);
  news.customer("the operator's answer");
  say(`  amoCRM            the operator sees: ${delivered}`);
  await write("Thank you!");
  news.operators("the customer's thanks");

  say();
  say("The operator ends the talk, and the bot answers again");
  const ended = await fromOperator(telling, conversationId, "/end");
  news.customer("the end of the talk");
  say(`  amoCRM            the operator sees: ${ended}`);
  await write(question);
  news.customer("the bot's answer");
  if (telegram.messages().some(({ text }) => text === "/end")) throw new Error("/end was sent on");
  return "The bot answered, an operator took over, and the bot answers again.";
}

/** Reports the new messages of each side since the last report. Throws when there are none. */
function createNews({ run, say }: Telling) {
  const { telegram, amocrm } = simulators(run);
  const printed = { telegram: 0, amocrm: 0 };
  return {
    customer(what: string): number {
      const messages = telegram.messages().slice(printed.telegram);
      printed.telegram += messages.length;
      if (messages.length === 0) throw new Error(`${what} did not reach Telegram`);
      for (const { text, replyMarkup } of messages) {
        const { data } = keyboard.safeParse(replyMarkup);
        const buttons = data?.inline_keyboard.flat().map((button) => ` [${button.text}]`) ?? [];
        say(`  Telegram          Anna reads: ${text}${buttons.join("")}`);
      }
      return messages.at(-1)?.messageId ?? 0;
    },
    operators(what: string): void {
      const messages = amocrm.messages().slice(printed.amocrm);
      printed.amocrm += messages.length;
      const shown = messages.filter(({ direction }) => direction !== "operator");
      if (shown.length === 0) throw new Error(`${what} did not reach amoCRM`);
      for (const { sender, text, silent } of shown) {
        say(`  amoCRM            ${silent ? "silently, " : ""}${sender.name}: ${text}`);
      }
    },
  };
}
