import { randomInt } from "node:crypto";
import type { Bot, Chat, SimulatedCustomer, SimulatedTelegramMessage } from "./bot.ts";
import { deleteTopic } from "./bot.ts";
import { customerActs, setProfilePhoto } from "./customers.ts";
import { methods } from "./methods.ts";
import { Parameters } from "./parameters.ts";
import { membershipUpdate, noteUpdate, textMessage } from "./updates.ts";
import { isAllowed } from "./webhook-settings.ts";

function noteSent(bot: Bot, update: object, accepted: Promise<void>): void {
  const { update_id: updateId, message } = update as {
    readonly update_id: number;
    readonly message?: { readonly message_id?: number; readonly chat?: { readonly id?: number } };
  };
  if (message?.chat?.id === undefined || message.message_id === undefined) return;
  const noted = { updateId, isAccepted: false };
  bot.updates.set(`${message.chat.id}:${message.message_id}`, noted);
  accepted.then(
    () => (noted.isAccepted = true),
    () => undefined,
  );
}

/** What tests and people can do to a bot and its customers. */
export type TelegramActs = ReturnType<typeof telegramActs>;

/** The acts of one bot. Each changes the bot at once and sends its update. */
export function telegramActs(bot: Bot) {
  let lastUpdateId = randomInt(100_000_000, 900_000_000);
  /** Telegram makes no update of a kind that the bot does not want. Both promises are settled then. */
  const enqueue = (given: object) => {
    const kind = Object.keys(given).find((key) => key !== "update_id") ?? "";
    if (!isAllowed(kind, bot.webhook.settings)) {
      return { firstAttempt: Promise.resolve(0), accepted: Promise.resolve() };
    }
    const update = { update_id: (lastUpdateId += 1), ...given } as { update_id: number };
    const attempts = bot.webhook.enqueue(update);
    noteSent(bot, update, attempts.accepted);
    return attempts;
  };
  const deliver = async (update: object) => {
    const { accepted } = enqueue(update);
    const updateId = lastUpdateId;
    await accepted;
    return updateId;
  };
  const chatOf = (chatId: number): Chat => {
    const chat = bot.chats.get(chatId);
    if (chat !== undefined) return chat;
    throw new Error(`chat ${chatId} does not exist: no customer has written in it`);
  };
  const setState = (chatId: number, state: Chat["state"]) => {
    const chat = chatOf(chatId);
    const earlier = chat.state;
    chat.state = state;
    if (state === earlier || state === "deactivated" || earlier === "deactivated") return;
    enqueue(membershipUpdate(bot, chat, state === "blocked"));
  };
  return {
    /** The Bot API method of the same name, with no other parameters. Throws the method's refusals. */
    setWebhook(url: string, secretToken: string, allowedUpdates?: readonly string[]): void {
      const given = { url, secret_token: secretToken };
      const kinds = allowedUpdates && { allowed_updates: JSON.stringify(allowedUpdates) };
      const parameters = new Map(Object.entries({ ...given, ...kinds }));
      void methods.get("setWebhook")?.(bot, new Parameters(parameters));
    },
    /** Sends a text as an update until the webhook accepts it with 2xx, and resolves then. */
    async customerSays(customer: SimulatedCustomer, text: string) {
      if (text === "" || text.length > 4096) {
        throw new Error("A customer's text has 1 to 4096 characters; Telegram splits longer ones.");
      }
      if (bot.chats.get(customer.id)?.state === "blocked") {
        throw new Error(
          `Customer ${customer.id} has blocked the bot and must unblock it to write.`,
        );
      }
      const { messageId, message } = textMessage(bot, customer, text);
      return { updateId: await deliver({ message }), messageId };
    },
    customer: customerActs(bot, deliver),
    putFile: (fileId: string, bytes: Uint8Array) => bot.files.put(fileId, bytes),
    file: (fileId: string) => bot.files.bytesOf(fileId),
    /** Sets a profile photo instead of the earlier ones, in sizes of 160, 320 and 640. */
    setProfilePhoto: (userId: number, bytes: Uint8Array) => setProfilePhoto(bot, userId, bytes),
    reaction: (chatId: number, messageId: number) =>
      bot.chats.get(chatId)?.botReactions.get(messageId),
    /**
     * Sends any fields with a new `update_id`. It keeps a given `update_id`, to send an update twice.
     * Resolves after the first attempt with its status, 0 when there was no answer or no webhook.
     */
    async sendUpdate(update: Record<string, unknown>) {
      noteUpdate(bot, update);
      const { firstAttempt } = enqueue(update);
      const given = update["update_id"];
      const updateId = typeof given === "number" ? given : lastUpdateId;
      return { updateId, status: await firstAttempt };
    },
    /** Deletes a topic of a private chat with all its messages. No update reports it. */
    deleteTopic: (chatId: number, topic: number) => deleteTopic(chatOf(chatId), topic),
    /** The customer blocks the bot. The bot learns it by `my_chat_member`. */
    block: (chatId: number) => setState(chatId, "blocked"),
    unblock: (chatId: number) => setState(chatId, "active"),
    deactivate: (chatId: number) => setState(chatId, "deactivated"),
    /** All chats with all their messages, and the commands of the bot's menu by scope and language. */
    chats: (): readonly Chat[] => bot.chats.all(),
    commands: (): ReadonlyMap<string, readonly object[]> => bot.commands,
    /** The update that carries a customer's message, once it was sent. */
    updateOf: (chatId: number, messageId: number) => bot.updates.get(`${chatId}:${messageId}`),
    /** The newest photo in a user's profile. */
    profilePhotoOf: (userId: number) => bot.profilePhotos.get(userId)?.[0]?.at(-1),
    /** All messages that the bot sent, oldest first, or the messages after the first `from`. */
    messages: (from = 0): readonly SimulatedTelegramMessage[] => bot.sent.slice(from),
  };
}
