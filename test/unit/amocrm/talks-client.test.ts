import { afterEach, describe, expect, test } from "@jest/globals";
import { mainApiTalks } from "../../../lambdas/amocrm/main-api/talks.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { startVendor } from "../../support/vendor.ts";
import type { VendorAnswer } from "../../support/vendor.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const aClient = async (answers: readonly [VendorAnswer, ...VendorAnswer[]], token = "ey.J") => {
  const { origin, requests, close } = await startVendor(...answers);
  closers.push(close);
  const now = () => 1_700_000_000_000;
  const talks = mainApiTalks({ origin, token: aFakeSecret({ token }), now });
  return { talks, requests };
};
const nothing = { status: 204 };
const linked = { body: { _embedded: { chats: [{ chat_id: "c1", contact_id: 31, id: 1 }] } } };
const eventsOf = (...talkIds: unknown[]) => ({
  body: {
    _embedded: {
      events: talkIds.map((talk_id) => ({
        id: "e",
        type: "incoming_chat_message",
        value_after: [{ message: { id: "m", talk_id, origin: "telegram" } }],
      })),
    },
  },
});
const aTalk = (changes: object = {}) => ({
  body: { talk_id: 118, chat_id: "c1", is_in_work: false, updated_at: 1_699_999_000, ...changes },
});

describe("the newest talk of a chat", () => {
  test("is found through the messages of the chat's contact", async () => {
    const { talks, requests } = await aClient([linked, eventsOf(117, 118, 117), aTalk()]);

    const talk = await talks.newest("c1", 1_699_990_000_999);

    expect(talk).toEqual({ talkId: 118, isOpen: false, changedAtMillis: 1_699_999_000_000 });
    const [of, events, found] = requests.map(({ path }) => new URL(path, "http://x"));
    expect([of?.pathname, of?.search]).toEqual(["/api/v4/contacts/chats", "?chat_id=c1"]);
    expect(events?.pathname).toBe("/api/v4/events");
    expect([...(events?.searchParams ?? [])]).toEqual([
      ["filter[entity][]", "contact"],
      ["filter[entity_id][]", "31"],
      ["filter[type][]", "incoming_chat_message"],
      ["filter[type][]", "outgoing_chat_message"],
      ["filter[created_at][from]", "1699990000"],
      ["limit", "100"],
    ]);
    expect(found?.pathname).toBe("/api/v4/talks/118");
  });

  test("is not the newest talk of another chat of the same contact", async () => {
    const other = aTalk({ talk_id: 119, chat_id: "c2" });
    const mine = aTalk({ is_in_work: true });
    const { talks } = await aClient([linked, eventsOf(118, "119"), other, mine]);

    expect(await talks.newest("c1", 0)).toMatchObject({ talkId: 118, isOpen: true });
  });

  test.each([
    { name: "the chat has no contact", answers: [nothing] as const },
    { name: "there are no messages", answers: [linked, nothing] as const },
    {
      name: "the events name no talk",
      answers: [linked, eventsOf(undefined, null, "", {})] as const,
    },
    {
      name: "an event is empty",
      answers: [linked, { body: { _embedded: { events: [{ value_after: "?" }] } } }] as const,
    },
  ])("is unknown when $name", async ({ answers }) => {
    const { talks } = await aClient([...answers]);

    expect(await talks.newest("c1", 0)).toBeUndefined();
  });

  test("of unknown form is not a closed talk", async () => {
    const { talks } = await aClient([linked, eventsOf(118), aTalk({ is_in_work: "0" })]);

    await expect(talks.newest("c1", 0)).rejects.toMatchObject({ name: "TransientFailure" });
  });

  test("is not available without a token", async () => {
    const { talks } = await aClient([nothing], "");

    expect(await talks.isAvailable()).toBe(false);
  });
});
