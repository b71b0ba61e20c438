import { describe, expect, test } from "@jest/globals";
import { isLeadDue } from "../../../lambdas/conversation/lead.ts";
import { notesOf } from "../../../lambdas/conversation/start-news.ts";
import type { Conversation } from "../../../lambdas/model/conversation.ts";
import { TransientFailure } from "../../../lambdas/model/failure.ts";
import { aClock } from "../../support/clock.ts";
import { aCustomerEvent } from "../../support/events.ts";
import { aFakeContacts } from "../../support/fake-contacts.ts";
import { anOpener } from "../../support/open-conversation.ts";

const hourMillis = 3_600_000;
const plan = { checkLeadAfterMillis: 12 * hourMillis };
const { conversationId } = aCustomerEvent();

/** A chat of a known customer, with the looks at the leads that its messages ask for. */
async function aKnownChat(known: Partial<Conversation> = {}, contacts = aFakeContacts()) {
  const clock = aClock();
  const looks: boolean[] = [];
  const failures: Error[] = [];
  const opener = anOpener({
    contacts,
    now: clock.now,
    touchEveryMillis: 3 * hourMillis,
    beforeLive: {
      isLeadDue: (each, nowMillis) => isLeadDue(each, plan, nowMillis),
      hasNotes: (each) => notesOf(each ?? {}).length > 0,
      prepare: async (_conversation, _customer, isDue) => {
        looks.push(isDue);
        const failure = failures.pop();
        if (failure !== undefined) throw failure;
        if (!isDue) return;
        await opener.conversations.update(conversationId, { leadCheckedAtMillis: clock.now() });
      },
    },
  });
  await opener.conversations.update(conversationId, {
    amojoChatId: "amojo-chat",
    contactId: 9001,
    contactLinked: true,
    leadCheckedAtMillis: clock.now(),
    ...known,
  });
  const says = (isLive: boolean, changes = {}) =>
    opener.open(aCustomerEvent(changes), { isLive }).then(() => undefined);
  return { clock, looks, failures, says, stored: () => opener.conversations.find(conversationId) };
}

describe("a live message looks at the contact's leads", () => {
  test("after the silence, once", async () => {
    const chat = await aKnownChat();
    chat.clock.advance(13 * hourMillis);

    await chat.says(true);
    await chat.says(true);

    expect(chat.looks).toEqual([true]);
  });

  test("also when a silent message has ended the silence", async () => {
    const chat = await aKnownChat();
    chat.clock.advance(13 * hourMillis);

    await chat.says(false);
    await chat.says(true);

    expect(chat.looks).toEqual([true]);
  });

  test("also at a retry, although the first attempt has ended the silence", async () => {
    const chat = await aKnownChat();
    chat.clock.advance(13 * hourMillis);
    chat.failures.push(new TransientFailure("amoCRM answered 503"));

    await expect(chat.says(true)).rejects.toThrow("503");
    await chat.says(true);

    expect(chat.looks).toEqual([true, true]);
  });

  test("when a shared number has led to another contact", async () => {
    const chat = await aKnownChat({}, aFakeContacts({ phones: [77] }));

    await chat.says(true, { ownPhone: "+79990000001" });

    expect(chat.looks).toEqual([true]);
    expect(await chat.stored()).toMatchObject({ contactId: 77, contactLinked: true });
  });

  test("never while the talk goes on", async () => {
    const chat = await aKnownChat();
    for (let hour = 0; hour < 20; hour += 1) {
      chat.clock.advance(hourMillis);
      await chat.says(true);
    }

    expect(chat.looks).toEqual([]);
  });

  test("never without an API token", async () => {
    const chat = await aKnownChat({}, aFakeContacts({ available: false }));
    chat.clock.advance(13 * hourMillis);

    await chat.says(true);

    expect(chat.looks).toEqual([]);
  });

  test("not for notes alone: they only go out", async () => {
    const note = JSON.stringify({ id: "e1", text: "start: a", tags: [] });
    const chat = await aKnownChat({ leadNotes: [note] });

    await chat.says(true);

    expect(chat.looks).toEqual([false]);
  });
});
