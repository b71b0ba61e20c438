import { fromCustomer, fromOperator, simulators } from "./hops.ts";
import type { Telling } from "./hops.ts";

const customer = { id: 42, first_name: "Anna", last_name: "Petrova", language_code: "en" };
const question = "Hello! When will my order arrive? 📦";
const reply = "Good morning, Anna! It arrives today, before six.";

/** A customer asks, an operator answers. Throws when one of the messages does not arrive. */
export async function tellQuestionAndAnswer(telling: Telling): Promise<string> {
  const { run, say } = telling;
  const { telegram, amocrm } = simulators(run);
  say();
  say("Customer → operator");
  await fromCustomer(telling, `writes: ${question}`, () =>
    telegram.customerSays(customer, question),
  );
  const shown = amocrm.messages().find((message) => message.text === question);
  if (shown === undefined) throw new Error("the question did not reach amoCRM");
  const contact = amocrm.contacts()[0];
  say(`  amoCRM            contact "${contact?.name ?? "?"}", ${shown.sender.name}: ${shown.text}`);

  say();
  say("Operator → customer");
  const delivered = await fromOperator(telling, shown.conversationId, reply);
  const received = telegram.messages().find((message) => message.text === reply);
  if (received === undefined) throw new Error("the answer did not reach Telegram");
  say(`  Telegram          Anna reads: ${received.text}`);
  say(`  amoCRM            the operator sees: ${delivered}`);
  return "Both messages arrived.";
}
