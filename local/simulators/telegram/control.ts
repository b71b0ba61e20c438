import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { ControlAnswer, ControlRefusal, readControl } from "../control.ts";
import type { ControlRoutes } from "../control.ts";
import type { TelegramActs } from "./acts.ts";
import type { Bot } from "./bot.ts";

const acceptancePatienceMillis = 10_000;

const fields = z.record(z.string(), z.unknown());
const messageId = z.int();
const saySchema = z.strictObject({
  text: z.string().min(1).max(4096),
  first_name: z.string().min(1).exactOptional(),
  last_name: z.string().exactOptional(),
  username: z.string().exactOptional(),
  language_code: z.string().exactOptional(),
});
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
const updateSchema = fields.refine(
  (update) => Object.keys(update).some((key) => key !== "update_id"),
  { message: "an update has a field beside update_id" },
);

/** The endpoints under `/_sim/`. With them a person acts as the bot's customers. */
export function controlRoutes(acts: TelegramActs, bot: Bot): ControlRoutes {
  const { customer } = acts;
  /** Answers 202 when the webhook takes too long for a person at a terminal. The update stays queued. */
  const inTime = async (act: Promise<object>): Promise<object> => {
    act.catch(() => {});
    const done = await Promise.race([
      act,
      sleep(acceptancePatienceMillis, undefined, { ref: false }),
    ]);
    const pendingUpdates = bot.webhook.pendingCount();
    return done ?? new ControlAnswer({ status: 202, body: { accepted: false, pendingUpdates } });
  };
  const accepted = (act: Promise<object>) =>
    inTime(act.then((result) => ({ ...result, accepted: true })));
  const knownCustomer = (id: string) => {
    const chat = bot.chats.get(customerId(id));
    if (chat !== undefined) return chat.id;
    throw new ControlRefusal(`Customer ${id} has not written to the bot yet.`);
  };
  return {
    "GET messages": () => ({
      messages: acts.messages(),
      chats: bot.chats.all().map(({ customer: person, state, dialogue, botReactions }) => {
        return { customer: person, state, dialogue, reactions: Object.fromEntries(botReactions) };
      }),
      webhook: bot.webhook.info(),
    }),
    "POST customers/{id}/say": (request, id) => {
      const { text, ...names } = readControl(request, saySchema);
      const chatId = customerId(id);
      const known = bot.chats.get(chatId)?.customer;
      const person = { id: chatId, first_name: `Customer ${id}`, ...known, ...names };
      return accepted(acts.customerSays(person, text));
    },
    "POST customers/{id}/send": (request, id) => {
      const given = readControl(request, sendSchema);
      for (const [fileId, base64] of Object.entries(given.files ?? {})) {
        bot.files.put(fileId, Buffer.from(base64, "base64"));
      }
      const chatId = customerId(id);
      const known = bot.chats.get(chatId)?.customer;
      const person = { first_name: `Customer ${chatId}`, ...known, ...given.from, id: chatId };
      const { replyTo, quote } = given;
      const message = given.update_id === undefined ? given.message : contentOf(given.message);
      const answers = replyTo === undefined ? undefined : { messageId: replyTo, quote };
      return accepted(customer.send(person, message, answers));
    },
    "POST customers/{id}/edit": (request, id) => {
      const given = readControl(request, editSchema);
      return accepted(customer.edit(customerId(id), given.messageId, given.message));
    },
    "POST customers/{id}/forward": (request, id) => {
      const given = readControl(request, forwardSchema);
      return accepted(customer.forward(customerId(id), given.messageId, given.origin));
    },
    "POST customers/{id}/press": (request, id) => {
      const given = readControl(request, pressSchema);
      return accepted(customer.press(customerId(id), given.messageId, given));
    },
    "POST customers/{id}/share": (request, id) =>
      accepted(customer.share(customerId(id), readControl(request, shareSchema).phone)),
    "POST customers/{id}/react": (request, id) => {
      const given = readControl(request, reactSchema);
      return accepted(customer.react(customerId(id), given.messageId, given.reactions));
    },
    "POST customers/{id}/delete-topic": (request, id) =>
      acts.deleteTopic(customerId(id), readControl(request, topicSchema).topic),
    "POST customers/{id}/photo": ({ body }, id) => acts.setProfilePhoto(customerId(id), body),
    "POST files/{id}": ({ body }, id) => acts.putFile(id, body),
    "GET files/{id}": (_request, id) => {
      const bytes = acts.file(id);
      if (bytes === undefined) throw new ControlRefusal(`There is no file "${id}".`);
      return bytes;
    },
    "POST updates": (request) => inTime(acts.sendUpdate(readControl(request, updateSchema))),
    "POST block/{id}": (_request, id) => acts.block(knownCustomer(id)),
    "POST unblock/{id}": (_request, id) => acts.unblock(knownCustomer(id)),
    "POST deactivate/{id}": (_request, id) => acts.deactivate(knownCustomer(id)),
  };
}

function customerId(text: string): number {
  const id = Number(text);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new ControlRefusal("A customer's id is a positive whole number.");
}

/** An example's fields, without those that the simulator sets for its own customer. */
function contentOf(message: z.infer<typeof fields>): z.infer<typeof fields> {
  const { message_id: _id, from: _from, chat: _chat, date: _date, ...content } = message;
  return content;
}
