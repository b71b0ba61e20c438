import type { Bot } from "./bot.ts";
import type { Chat } from "./chats.ts";
import { editing, forwarding, pressing, reacting, sending, sharing } from "./customer-acts.ts";
import type { Act } from "./customer-acts.ts";
import type { CustomerActs } from "./types.ts";

/**
 * Customers' actions. `deliver` sends them to the webhook and answers the update's id
 * once the webhook accepts it.
 */
export function customerActs(bot: Bot, deliver: (update: object) => Promise<number>): CustomerActs {
  const done = async ({ update, messageId }: Act) => ({
    updateId: await deliver(update),
    messageId,
  });
  const writing = (chatId: number): Chat => {
    const chat = bot.chats.get(chatId);
    if (chat === undefined) throw new Error(`customer ${chatId} has not written to the bot yet`);
    if (chat.state !== "blocked") return chat;
    throw new Error(`customer ${chatId} has blocked the bot and must unblock it to write`);
  };
  return {
    send: async (customer, fields, answers) => {
      if (bot.chats.get(customer.id) !== undefined) writing(customer.id);
      return done(sending(bot, customer, fields, answers));
    },
    edit: async (chatId, messageId, fields) =>
      done(editing(bot, writing(chatId), messageId, fields)),
    forward: async (chatId, messageId, origin) =>
      done(forwarding(bot, writing(chatId), messageId, origin)),
    press: async (chatId, messageId, { text, isOld = false }) => {
      const act = pressing(bot, writing(chatId), messageId, { text, isOld });
      const accepted = await done(act);
      return { ...accepted, isAnswered: bot.answeredCallbacks.has(act.callbackId) };
    },
    share: async (chatId, phone) => done(sharing(bot, writing(chatId), phone)),
    react: async (chatId, messageId, reactions) =>
      done(reacting(bot, writing(chatId), messageId, reactions)),
  };
}

/** A profile photo in the sizes that Telegram makes. The simulator gives all of them the same bytes. */
export function setProfilePhoto(bot: Bot, userId: number, bytes: Uint8Array): void {
  const number = (bot.profilePhotos.get(userId)?.length ?? 0) + 1;
  const sizes = [160, 320, 640].map((side) => {
    const id = `avatar-${userId}-${number}-${side}`;
    bot.files.put(id, bytes);
    const size = { width: side, height: side, file_size: bytes.byteLength };
    return { file_id: id, file_unique_id: id, ...size };
  });
  bot.profilePhotos.set(userId, [sizes, ...(bot.profilePhotos.get(userId) ?? [])]);
}
