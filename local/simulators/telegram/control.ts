import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { ControlRefusal, readControl } from "../control.ts";
import type { ControlRoute } from "../control.ts";
import type { SimulatedAnswer } from "../../http.ts";
import type { Bot } from "./bot.ts";
import { customerId, customerRoutes } from "./control-customers.ts";
import type { TelegramSimulator } from "./types.ts";

const acceptancePatienceMillis = 10_000;

const saySchema = z.strictObject({
  text: z.string().min(1).max(4096),
  first_name: z.string().min(1).exactOptional(),
  last_name: z.string().exactOptional(),
  username: z.string().exactOptional(),
  language_code: z.string().exactOptional(),
});
const updateSchema = z
  .record(z.string(), z.unknown())
  .refine((update) => Object.keys(update).some((key) => key !== "update_id"), {
    message: "an update has a field beside update_id",
  });
const ok = { status: 200, body: { ok: true } };

/** The endpoints under `/_sim/`. With them a person makes customers write, block and unblock. */
export function controlRoutes(simulator: TelegramSimulator, bot: Bot): ControlRoute[] {
  const state = (path: string, change: (chatId: number) => void): ControlRoute => ({
    method: "POST",
    path,
    run: async (_request, id) => {
      change(existingChat(bot, id));
      return ok;
    },
  });
  const carry = async (act: Promise<object>): Promise<SimulatedAnswer> => {
    const body = await withPatience(act);
    return body === undefined ? notYet(bot) : { status: 200, body: { ...body, accepted: true } };
  };
  return [
    ...customerRoutes(simulator, bot, carry),
    {
      method: "GET",
      path: "messages",
      run: async () => ({ status: 200, body: holdings(simulator, bot) }),
    },
    {
      method: "POST",
      path: "customers/{id}/say",
      run: async (request, id) => {
        const { text, ...names } = readControl(request, saySchema);
        const chatId = customerId(id);
        const known = bot.chats.get(chatId);
        if (known?.state === "blocked") {
          throw new ControlRefusal(
            `Customer ${id} has blocked the bot and must unblock it to write.`,
          );
        }
        const customer = { id: chatId, first_name: `Customer ${id}`, ...known?.customer, ...names };
        return carry(simulator.customerSays(customer, text));
      },
    },
    {
      method: "POST",
      path: "updates",
      run: async (request) => {
        const body = await withPatience(simulator.sendUpdate(readControl(request, updateSchema)));
        return body === undefined ? notYet(bot) : { status: 200, body };
      },
    },
    state("block/{id}", (chatId) => simulator.block(chatId)),
    state("unblock/{id}", (chatId) => simulator.unblock(chatId)),
    state("deactivate/{id}", (chatId) => simulator.deactivate(chatId)),
  ];
}

/** `undefined` when the result takes too long for a person at a terminal. The update stays queued. */
async function withPatience<Value>(value: Promise<Value>): Promise<Value | undefined> {
  value.catch(() => {});
  return Promise.race([value, sleep(acceptancePatienceMillis, undefined, { ref: false })]);
}

function notYet(bot: Bot): SimulatedAnswer {
  return { status: 202, body: { accepted: false, pendingUpdates: bot.webhook.pendingCount() } };
}

function holdings(simulator: TelegramSimulator, bot: Bot): unknown {
  return {
    messages: simulator.messages(),
    chats: bot.chats.all().map(({ customer, state, dialogue, botReactions }) => {
      return { customer, state, dialogue, reactions: Object.fromEntries(botReactions) };
    }),
    webhook: bot.webhook.info(),
  };
}

function existingChat(bot: Bot, id: string): number {
  const chat = bot.chats.get(customerId(id));
  if (chat === undefined)
    throw new ControlRefusal(`Customer ${id} has not written to the bot yet.`);
  return chat.id;
}
