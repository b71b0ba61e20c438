import { botObject, unixSeconds, chatObject, noteTopic, record, userObject } from "./bot.ts";
import type { Bot, Chat, SimulatedCustomer } from "./bot.ts";

const messageKinds = ["message", "business_message", "channel_post", "my_chat_member"];

/** A `Message` of the customer with any fields, recorded in their chat. It gets id, author, chat and time. */
export function customersMessage(
  bot: Bot,
  customer: SimulatedCustomer,
  fields: Readonly<Record<string, unknown>>,
) {
  const chat = bot.chats.open(customer);
  const date = unixSeconds(bot);
  const text = [fields["text"], fields["caption"]].find((value) => typeof value === "string") ?? "";
  const messageId = record(chat, { from: "customer", text, date });
  const head = { message_id: messageId, from: userObject(customer), chat: chatObject(chat), date };
  const message: Record<string, unknown> = { ...head, ...fields };
  chat.objects.set(messageId, message);
  noteTopic(chat, messageId, message);
  return { messageId, message };
}

/** A text as such a message. A command at the start gets its entity. */
export function textMessage(bot: Bot, customer: SimulatedCustomer, text: string) {
  const [command] = /^\/[A-Za-z0-9_@]+/.exec(text) ?? [];
  const entities = command && [{ offset: 0, length: command.length, type: "bot_command" }];
  return customersMessage(bot, customer, entities ? { text, entities } : { text });
}

/** The `my_chat_member` update about a customer who blocked or unblocked the bot. */
export function membershipUpdate(bot: Bot, chat: Chat, isBlocked: boolean): object {
  const member = { user: botObject(bot), status: "member" };
  const kicked = { user: botObject(bot), status: "kicked", until_date: 0 };
  return {
    my_chat_member: {
      chat: chatObject(chat),
      from: userObject(chat.customer),
      date: unixSeconds(bot),
      old_chat_member: isBlocked ? member : kicked,
      new_chat_member: isBlocked ? kicked : member,
    },
  };
}

/** Adds the facts of an update from outside to the bot's state: its chat, message id, files, button press. */
export function noteUpdate(bot: Bot, update: Record<string, unknown>): void {
  bot.files.noteAll(update);
  const press = update["callback_query"] as { id?: unknown } | undefined;
  if (typeof press?.id === "string") bot.callbackIds.add(press.id);
  for (const kind of messageKinds) noteMessage(bot, update[kind]);
  noteBusiness(bot, update);
}

/** A business connection, from the update that reports it or from a message that came through it. */
function noteBusiness(bot: Bot, update: Record<string, unknown>): void {
  const connection = update["business_connection"] as
    { id?: unknown; user?: SimulatedCustomer; user_chat_id?: unknown } | undefined;
  const message = update["business_message"] as { business_connection_id?: unknown } | undefined;
  for (const id of [connection?.id, message?.business_connection_id]) {
    if (typeof id === "string") bot.businessConnections.add(id);
  }
  const { user, user_chat_id: chatId } = connection ?? {};
  if (user !== undefined && typeof chatId === "number") bot.chats.open({ ...user, id: chatId });
}

function noteMessage(bot: Bot, value: unknown): void {
  const message = value as {
    message_id?: unknown;
    from?: SimulatedCustomer & { is_bot?: boolean };
    chat?: { id?: unknown; type?: unknown };
    text?: unknown;
    caption?: unknown;
    date?: unknown;
    message_thread_id?: unknown;
    is_topic_message?: unknown;
    direct_messages_topic?: unknown;
  } | null;
  if (typeof message?.chat?.id !== "number") return;
  const { is_bot: _, ...customer } = message.from ?? { first_name: "" };
  const place = { ...message.chat, id: message.chat.id };
  const chat =
    place.type === "private"
      ? bot.chats.open({ ...customer, id: place.id })
      : bot.chats.openPlace(place);
  if (typeof message.message_id !== "number" || chat.messageIds.has(message.message_id)) return;
  const text = message.text ?? message.caption;
  record(
    chat,
    {
      from: "customer",
      text: typeof text === "string" ? text : "",
      date: typeof message.date === "number" ? message.date : unixSeconds(bot),
    },
    message.message_id,
  );
  chat.objects.set(message.message_id, message as Record<string, unknown>);
  noteTopic(chat, message.message_id, message);
}
