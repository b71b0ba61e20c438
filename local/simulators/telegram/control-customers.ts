import * as z from "zod";
import { ControlRefusal, readControl } from "../control.ts";
import type { ControlRoute } from "../control.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import type { Bot } from "./bot.ts";
import type { CustomerActs, TelegramSimulator } from "./types.ts";

const fields = z.record(z.string(), z.unknown());
const messageId = z.int();
const sendSchema = z.strictObject({
  /** Present in an example of a Telegram update. Its ids, people and date do not apply here. */
  update_id: z.int().exactOptional(),
  message: fields,
  /** Bytes in base64, by `file_id`. */
  files: z.record(z.string(), z.base64()).exactOptional(),
  replyTo: messageId.exactOptional(),
  quote: z.string().min(1).exactOptional(),
  from: z.looseObject({}).exactOptional(),
});
const editSchema = z.strictObject({ messageId, message: fields });
const forwardSchema = z.strictObject({ messageId, origin: fields.exactOptional() });
const pressSchema = z.strictObject({
  messageId,
  text: z.string(),
  isOld: z.boolean().exactOptional(),
});
const topicSchema = z.strictObject({ topic: z.int() });
const shareSchema = z.strictObject({ phone: z.string().min(1) });
const reactSchema = z.strictObject({
  messageId,
  reactions: z.array(z.union([z.string().min(1), z.looseObject({ type: z.string() })])),
});

/** Runs an act and answers its result, or 202 when the webhook does not accept it in time. */
export type Carry = (act: Promise<object>) => Promise<SimulatedAnswer>;

/** The endpoints for customers' actions other than writing text. */
export function customerRoutes(
  simulator: TelegramSimulator,
  bot: Bot,
  carry: Carry,
): ControlRoute[] {
  const act = (
    name: keyof CustomerActs,
    run: (request: SimulatedRequest, chatId: number) => Promise<object>,
  ): ControlRoute => ({
    method: "POST",
    path: `customers/{id}/${name}`,
    run: async (request, id) => carry(run(request, customerId(id)).catch(refuse)),
  });
  const { customer } = simulator;
  return [
    act("send", async (request, chatId) => {
      const given = readControl(request, sendSchema);
      for (const [id, base64] of Object.entries(given.files ?? {})) {
        bot.files.put(id, Buffer.from(base64, "base64"));
      }
      const known = bot.chats.get(chatId)?.customer;
      const person = { first_name: `Customer ${chatId}`, ...known, ...given.from, id: chatId };
      const { replyTo, quote } = given;
      const answers = { messageId: replyTo ?? 0, ...(quote === undefined ? {} : { quote }) };
      const message = given.update_id === undefined ? given.message : contentOf(given.message);
      return customer.send(person, message, replyTo === undefined ? undefined : answers);
    }),
    act("edit", async (request, chatId) => {
      const given = readControl(request, editSchema);
      return customer.edit(chatId, given.messageId, given.message);
    }),
    act("forward", async (request, chatId) => {
      const given = readControl(request, forwardSchema);
      return customer.forward(chatId, given.messageId, given.origin);
    }),
    act("press", async (request, chatId) => {
      const given = readControl(request, pressSchema);
      return customer.press(chatId, given.messageId, given);
    }),
    act("share", async (request, chatId) => {
      const { phone } = readControl(request, shareSchema);
      return customer.share(chatId, phone);
    }),
    act("react", async (request, chatId) => {
      const given = readControl(request, reactSchema);
      return customer.react(chatId, given.messageId, given.reactions);
    }),
    {
      method: "POST",
      path: "customers/{id}/delete-topic",
      run: async (request, id) => {
        const { topic } = readControl(request, topicSchema);
        try {
          simulator.deleteTopic(customerId(id), topic);
        } catch (error) {
          refuse(error);
        }
        return { status: 200, body: { ok: true } };
      },
    },
    {
      method: "POST",
      path: "customers/{id}/photo",
      run: async ({ body }, id) => {
        simulator.setProfilePhoto(customerId(id), body);
        return { status: 200, body: { ok: true } };
      },
    },
    {
      method: "POST",
      path: "files/{id}",
      run: async ({ body }, id) => {
        simulator.putFile(id, body);
        return { status: 200, body: { ok: true } };
      },
    },
    {
      method: "GET",
      path: "files/{id}",
      run: async (_request, id) => {
        const bytes = simulator.file(id);
        if (bytes === undefined) throw new ControlRefusal(`There is no file "${id}".`);
        return { status: 200, body: bytes };
      },
    },
  ];
}

/** The customer that a path names. */
export function customerId(text: string): number {
  const id = Number(text);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new ControlRefusal("A customer's id is a positive whole number.");
}

/** An example's fields, without those that the simulator sets for its own customer. */
function contentOf(message: z.infer<typeof fields>): z.infer<typeof fields> {
  const { message_id: _id, from: _from, chat: _chat, date: _date, ...content } = message;
  return content;
}

function refuse(error: unknown): never {
  if (error instanceof ControlRefusal || !(error instanceof Error)) throw error;
  throw new ControlRefusal(`Not possible: ${error.message}.`);
}
