import type { Run } from "../../local/run.ts";

/** The messages of each side that the bridge accepted, in order, per chat. */
export type Written = {
  readonly customers: Map<number, string[]>;
  readonly operators: Map<number, { text: string; messageId: string }[]>;
  /** Hooks that got no 200: amoCRM does not retry them, so only the caretaker can find them. */
  refusedHooks: number;
};

/** Writes on both sides until `isOver`. Each person writes one message at a time. */
export async function writeUntil(
  isOver: () => boolean,
  chats: readonly number[],
  run: Run,
  random: () => number,
): Promise<Written> {
  const { telegram, amocrm } = run;
  if (telegram === undefined || amocrm === undefined) throw new Error("no simulators are running");
  const written: Written = {
    customers: new Map(chats.map((id) => [id, []])),
    operators: new Map(chats.map((id) => [id, []])),
    refusedHooks: 0,
  };
  const pause = () => new Promise((resolve) => setTimeout(resolve, 50 + random() * 400));

  const customer = async (id: number) => {
    for (let number = 1; !isOver(); number += 1) {
      const text = `message ${number} of customer ${id}`;
      await telegram.customerSays({ id, first_name: `Customer ${id}` }, text);
      written.customers.get(id)?.push(text);
      await pause();
    }
  };
  const operator = async (id: number) => {
    const conversationId = `tg-1000000001-${id}`;
    while (!amocrm.messages().some((message) => message.conversationId === conversationId)) {
      await pause();
    }
    for (let number = 1; !isOver(); number += 1) {
      const text = `message ${number} of the operator to ${id}`;
      const { messageId, status } = await amocrm.operatorSays(conversationId, text);
      if (status === 200) written.operators.get(id)?.push({ text, messageId });
      else written.refusedHooks += 1;
      await pause();
    }
  };
  await Promise.all(chats.flatMap((id) => [customer(id), operator(id)]));
  return written;
}
