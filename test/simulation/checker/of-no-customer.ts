import { botObject } from "../../../local/simulators/telegram/bot.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** The bot's own actions are no customer's message, and the bot gets no contact. */
export function botAsCustomer({ world }: Evidence): Violation[] {
  const { telegramSide, tables, telegram, amocrm } = world;
  const taken = telegramSide.updates
    .filter(({ kind, eventId }) => {
      const { state, reason } = tables.ledger.entry(eventId) ?? {};
      // After a roll-out an older version may still run for a short time. It cannot read what a
      // newer version enqueued.
      if (state === undefined || reason === "not-understood") return false;
      return kind === "own act" && state !== "ignored";
    })
    .map(({ eventId }) => ({
      rule: "bot",
      about: eventId,
      what: "a bot's action was delivered to amoCRM",
    }));
  const name = botObject(telegram.bot)["first_name"];
  const persons = [...amocrm.account.contacts.values()]
    .filter((contact) => contact.name === name)
    .map(({ id }) => ({ rule: "bot", about: String(id), what: "the bot has a contact" }));
  return [...taken, ...persons];
}

/**
 * If Telegram cannot provide a file for less than five minutes, the bridge still delivers the file.
 */
export function filesGivenUp({ world, calls }: Evidence): Violation[] {
  const isRefused = calls.some(
    ({ vendor, method, status }) =>
      vendor === "telegram" && [400, 403, 404].includes(status) && method !== "getFile",
  );
  const isTroubled = world.windows.some(({ kind }) =>
    ["telegram-refusing", "telegram-page"].includes(kind),
  );
  if (isRefused || isTroubled) return [];
  return world.amocrm.appeared
    .filter(({ text }) => text.includes("could not be carried over"))
    .map(({ msgid }) => ({ rule: "file", about: msgid, what: "given up too early" }));
}
