import { botObject } from "../../../local/simulators/telegram/bot.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** What the bot itself did is nobody's message, and makes nobody a person. */
export function botAsCustomer({ world }: Evidence): Violation[] {
  const { telegramSide, tables, telegram, amocrm } = world;
  const taken = telegramSide.updates
    .filter(({ kind, eventId }) => {
      const { state, reason } = tables.ledger.entry(eventId) ?? {};
      // An older version, which a roll-out has left for a moment, cannot read what a newer one enqueued.
      if (state === undefined || reason === "not-understood") return false;
      return kind === "own act" && state !== "ignored";
    })
    .map(({ eventId }) => ({ rule: "bot", about: eventId, what: "what the bot did was carried" }));
  const name = botObject(telegram.bot)["first_name"];
  const persons = [...amocrm.account.contacts.values()]
    .filter((contact) => contact.name === name)
    .map(({ id }) => ({ rule: "bot", about: String(id), what: "the bot has a contact" }));
  return [...taken, ...persons];
}

/** A file that Telegram cannot give for less than five minutes is carried over all the same. */
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
    .map(({ msgid }) => ({ rule: "file", about: msgid, what: "given up before its time" }));
}
