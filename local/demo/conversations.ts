import * as z from "zod";
import { leadInWords, prepareAccount } from "./account.ts";
import { fromCustomer, fromOperator } from "./hops.ts";
import type { Demo } from "./hops.ts";

const customer = { id: 42, first_name: "Anna", last_name: "Petrova", language_code: "en" };
const conversationId = `tg-1000000001-${customer.id}`;
const call = "Call an operator";
const keyboard = z.object({ inline_keyboard: z.array(z.array(z.object({ text: z.string() }))) });

/** A customer asks, an operator answers. Throws when one of the messages does not arrive. */
export async function showQuestionAndAnswer(demo: Demo): Promise<string> {
  const { telegram, amocrm, say } = demo;
  const question = "Hello! When will my order arrive? 📦";
  const reply = "Good morning, Anna! It arrives today, before six.";
  await prepareAccount(demo);
  say();
  say("Customer → operator");
  await fromCustomer(demo, "opens t.me/…?start=instagram", () =>
    telegram.customerSays(customer, "/start instagram"),
  );
  await fromCustomer(demo, `writes: ${question}`, () => telegram.customerSays(customer, question));
  const shown = amocrm.messages().find((message) => message.text === question);
  if (shown === undefined) throw new Error("the question did not reach amoCRM");
  const contact = amocrm.contacts()[0];
  say(`  amoCRM            contact "${contact?.name ?? "?"}", ${shown.sender.name}: ${shown.text}`);
  say(`  amoCRM            ${leadInWords(demo)}`);

  say();
  say("Operator → customer");
  const delivered = await fromOperator(demo, conversationId, reply);
  const received = telegram.messages().find((message) => message.text === reply);
  if (received === undefined) throw new Error("the answer did not reach Telegram");
  say(`  Telegram          Anna reads: ${received.text}`);
  say(`  amoCRM            the operator sees: ${delivered}`);
  return "Both messages arrived.";
}

/** The bot answers, hands over to an operator, and takes over again. Throws when something is missing. */
export async function showHandOff(demo: Demo): Promise<string> {
  const { telegram, amocrm, say } = demo;
  const question = "When are you open?";
  const reply = "Good morning, Anna! Your order arrives today, before six.";
  const news = createNews(demo);
  const write = (text: string) =>
    fromCustomer(demo, `writes: ${text}`, () => telegram.customerSays(customer, text));

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
  await fromCustomer(demo, `presses: ${call}`, () =>
    telegram.customer.press(customer.id, menu, { text: call }),
  );
  news.operators("the transcript");
  news.customer("the message about the operator");
  if (amocrm.leads().length + amocrm.contacts().length === 0)
    throw new Error("no contact appeared");

  say();
  say("The operator answers");
  const delivered = await fromOperator(demo, conversationId, reply);
  news.customer("the operator's answer");
  say(`  amoCRM            the operator sees: ${delivered}`);
  await write("Thank you!");
  news.operators("the customer's thanks");

  say();
  say("The operator ends the talk, and the bot answers again");
  const ended = await fromOperator(demo, conversationId, "/end");
  news.customer("the end of the talk");
  say(`  amoCRM            the operator sees: ${ended}`);
  await write(question);
  news.customer("the bot's answer");
  if (telegram.messages().some(({ text }) => text === "/end")) throw new Error("/end was sent on");
  return "The bot answered, an operator took over, and the bot answers again.";
}

/** Reports the new messages of each side since the last report. Throws when there are none. */
function createNews({ telegram, amocrm, say }: Demo) {
  const printed = { telegram: 0, amocrm: 0 };
  return {
    customer(what: string): number {
      const messages = telegram.messages(printed.telegram);
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
      const messages = amocrm.messages(printed.amocrm);
      printed.amocrm += messages.length;
      const shown = messages.filter(({ direction }) => direction !== "operator");
      if (shown.length === 0) throw new Error(`${what} did not reach amoCRM`);
      for (const { sender, text, silent } of shown) {
        say(`  amoCRM            ${silent ? "silently, " : ""}${sender.name}: ${text}`);
      }
    },
  };
}
