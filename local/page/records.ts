import { messageEventIdOf } from "../../lambdas/amocrm/webhook/identify.ts";
import type { AmocrmSimulator } from "../simulators/amocrm/server.ts";
import type { TelegramSimulator } from "../simulators/telegram/server.ts";
import type { BotCommand, DeskContact, DeskLead, PageRecord, PhoneMessage } from "./stream.ts";

/** Everything that the simulated Telegram knows now: chats, messages and the bot's menu. */
export function telegramRecords(telegram: TelegramSimulator, botId: string): PageRecord[] {
  const markups = new Map(
    telegram.messages().map((sent) => [`${sent.chatId}:${sent.messageId}`, sent.replyMarkup]),
  );
  const chats = telegram.chats().map((chat): PageRecord => {
    const { id, customer, state, topics, numberButtonAt, typingUntilMillis } = chat;
    const photo = telegram.profilePhotoOf(customer.id) as { file_id?: string } | undefined;
    const value = { id, customer, state, topics: [...topics], numberButtonAt, typingUntilMillis };
    const photoFileId = photo?.file_id;
    return { of: "phone-chat", id: String(id), value: { ...value, photoFileId } };
  });
  const messages = telegram.chats().flatMap((chat) =>
    chat.dialogue.flatMap(({ messageId, from, text, date }): PageRecord[] => {
      // A deleted topic takes its messages with it.
      if (!chat.messageIds.has(messageId)) return [];
      const id = `${chat.id}:${messageId}`;
      const update = telegram.updateOf(chat.id, messageId);
      const value: PhoneMessage = {
        chatId: chat.id,
        messageId,
        from,
        message: chat.objects.get(messageId) ?? { message_id: messageId, date, text },
        replyMarkup: markups.get(id),
        reactions: {
          bot: chat.botReactions.get(messageId),
          customer: (chat.customerReactions.get(messageId) ?? []).map(emojiOf),
        },
        eventId: update && `tg:${botId}:${update.updateId}`,
        isAccepted: update?.isAccepted,
      };
      return [{ of: "phone-message", id, value }];
    }),
  );
  const commands = [...telegram.commands()].map(([id, value]): PageRecord => ({
    of: "commands",
    id,
    value: value as readonly BotCommand[],
  }));
  return [...chats, ...messages, ...commands];
}

function emojiOf(reaction: object): string {
  const { emoji } = reaction as { readonly emoji?: string };
  return emoji ?? "★";
}

/** Everything that the simulated amoCRM shows an operator now. */
export function amocrmRecords(amocrm: AmocrmSimulator, scopeId: string): PageRecord[] {
  const sources = new Map(amocrm.sources().map((each) => [each.externalId, each.name]));
  const chats = amocrm.chats().map(({ sourceExternalId = "", ...chat }): PageRecord => {
    const value = {
      ...chat,
      source: sources.get(sourceExternalId) ?? (sourceExternalId || undefined),
    };
    return { of: "desk-chat", id: chat.id, value };
  });
  const messages = amocrm.messages().map((message): PageRecord => {
    const { id, direction } = message;
    // Only an operator's message has a hook, and so an event of its own.
    const eventId = direction === "operator" ? messageEventIdOf(scopeId, id) : undefined;
    return { of: "desk-message", id, value: { ...message, eventId } };
  });
  return [...chats, ...messages, ...contactRecords(amocrm), ...leadRecords(amocrm)];
}

function contactRecords(amocrm: AmocrmSimulator): PageRecord[] {
  const cardOf = notesAndTasks(amocrm, "contacts");
  const fields = amocrm.fields().contacts;
  const nameOf = (key: string) =>
    fields.find(({ id, code }) => String(id) === key || code === key)?.name ?? key;
  return amocrm.contacts().map((contact): PageRecord => {
    const value: DeskContact = {
      id: contact.id,
      name: contact.name,
      fields: Object.entries(contact.fields).map(([key, values]) => ({
        name: nameOf(key),
        values: values.map(String),
      })),
      ...cardOf(contact.id),
    };
    return { of: "contact", id: String(contact.id), value };
  });
}

function leadRecords(amocrm: AmocrmSimulator): PageRecord[] {
  const cardOf = notesAndTasks(amocrm, "leads");
  const pipelines = amocrm.pipelines();
  const users = new Map(amocrm.users().map(({ id, name }) => [id, name]));
  return amocrm.leads().map((lead): PageRecord => {
    const pipeline = pipelines.find(({ id }) => id === lead.pipelineId);
    const value: DeskLead = {
      id: lead.id,
      name: lead.name,
      contactId: lead.contactId,
      pipeline: pipeline?.name ?? String(lead.pipelineId),
      stage:
        pipeline?.statuses.find(({ id }) => id === lead.statusId)?.name ?? String(lead.statusId),
      isOpen: lead.closedAt === null && !lead.isDeleted,
      isUnsorted: lead.category !== undefined,
      isDeleted: lead.isDeleted,
      responsible: users.get(lead.responsibleUserId) ?? String(lead.responsibleUserId),
      tags: lead.tags,
      source: lead.source?.name,
      createdAtMillis: lead.createdAt * 1000,
      ...cardOf(lead.id),
    };
    return { of: "lead", id: String(lead.id), value };
  });
}

/** The notes and tasks of all cards of a kind, as texts. */
function notesAndTasks(amocrm: AmocrmSimulator, entity: "contacts" | "leads") {
  const isOwn = (each: { readonly entity?: string | undefined }) => each.entity === entity;
  const notes = Map.groupBy(amocrm.notes().filter(isOwn), ({ entityId }) => entityId);
  const tasks = Map.groupBy(amocrm.tasks().filter(isOwn), ({ entityId }) => entityId);
  return (id: number) => ({
    notes: (notes.get(id) ?? []).map(({ params }) => textIn(params)),
    tasks: (tasks.get(id) ?? []).map(({ text }) => text),
  });
}

function textIn(params: object): string {
  const { text, service } = params as { readonly text?: string; readonly service?: string };
  return [service, text].filter((each) => each !== undefined).join(": ");
}
