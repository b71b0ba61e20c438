import type { Account } from "../../../local/simulators/amocrm/account.ts";
import { phonesIn } from "../../../local/simulators/amocrm/field-values.ts";
import { chatOfConversation, isDirect, phoneOf } from "../world/customers.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** Log facts that explain why a number was not linked. People are notified of these. */
const troubles: ReadonlySet<string> = new Set([
  "PhoneNotLinked",
  "ContactLeftToAmocrm",
  "OptionalStepSkipped",
]);

/** A chat has the contact that was made for it, also if another customer has the same name. */
export function swappedContacts({ world }: Evidence): Violation[] {
  const { account } = world.amocrm;
  return account.links.flatMap(({ chatId, contactId }) => {
    const { conversationId } = account.chats.get(chatId) ?? {};
    const { requestId } = account.contacts.get(contactId) ?? {};
    const isOwn = requestId === undefined || requestId === conversationId;
    const what = `has the contact that was made for ${requestId}`;
    return isOwn ? [] : [{ rule: "contact", about: String(conversationId), what }];
  });
}

/**
 * If the bridge could not make a contact for a channel's customer, amoCRM makes one. It fills the
 * contact with data from the person's other chat. The operator who sorts the lead sees that.
 */
function isAmocrmsOwn(contactId: number, { contacts, links, chats }: Account): boolean {
  const link = links.find((each) => each.contactId === contactId);
  const chat = chatOfConversation(chats.get(link?.chatId ?? "")?.conversationId);
  return contacts.get(contactId)?.isUnsorted === true && isDirect(chat);
}

/**
 * No number belongs to two contacts or appears twice in one. A customer who shared a number is
 * linked to the contact that has it. If amoCRM made a contact and lost the answer, and the bridge
 * then left the contact to amoCRM, amoCRM makes another one with the number. People are notified.
 */
export function strayNumbers({ world }: Evidence): Violation[] {
  const { account } = world.amocrm;
  const contacts = [...account.contacts.values()];
  const left = new Set(
    world.history
      .of("log")
      .filter(({ fact }) => fact === "ContactLeftToAmocrm")
      .map(({ fields }) => String(fields["conversationId"])),
  );
  /** For each chat that was left, one unsorted contact that amoCRM itself made of its number. */
  const excused = new Set(
    [...left].flatMap((conversationId) => {
      const phone = phoneOf(chatOfConversation(conversationId));
      const made = contacts.find(
        ({ isUnsorted, fields }) => isUnsorted && phonesIn(fields).some((each) => each === phone),
      );
      return made === undefined ? [] : [made.id];
    }),
  );
  const owners = contacts.flatMap(({ id, fields }) =>
    phonesIn(fields).map((phone) => ({ id, phone })),
  );
  const doubled = [
    ...Map.groupBy(
      owners.filter(({ id }) => !isAmocrmsOwn(id, account) && !excused.has(id)),
      ({ phone }) => phone,
    ),
  ]
    .filter(([, each]) => each.length > 1)
    .map(([phone, each]) => ({
      rule: "number",
      about: phone,
      what: `appears ${each.length} times, in ${each.map(({ id }) => id).join(", ")}`,
    }));
  const shown = world.amocrm.appeared.filter(({ text }) => /<c\d+\.90\d>/.test(text));
  const inTrouble = world.history.of("log").some(({ fact }) => troubles.has(fact));
  const unlinked = inTrouble
    ? []
    : shown.flatMap(({ conversationId }) => {
        const chatId = account.chatsByConversation.get(conversationId)?.id;
        const contactId = account.links.find((link) => link.chatId === chatId)?.contactId;
        const phone = phoneOf(chatOfConversation(conversationId));
        const isLinked = owners.some((owner) => owner.id === contactId && owner.phone === phone);
        return isLinked ? [] : [{ rule: "number", about: conversationId, what: "is not linked" }];
      });
  return [...doubled, ...unlinked];
}
