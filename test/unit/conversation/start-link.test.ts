import { describe, expect, test } from "@jest/globals";
import { encodeDeepLink } from "../../../lambdas/conversation/deep-link.ts";
import { judgeStartLink, openStartLink } from "../../../lambdas/conversation/start-link.ts";
import type { StartFacts } from "../../../lambdas/conversation/start-link.ts";
import type { DeepLink } from "../../../lambdas/model/stores.ts";
import { aFakeSecret } from "../../support/fake-secret.ts";
import { MemoryDeepLinks } from "../../support/memory/stores.ts";

const hourMillis = 3_600_000;
const nowMillis = 1_700_000_000_000;
const keys = { current: "new", previous: "old" };
const aChat: StartFacts["conversation"] = { conversationId: "tg-700-42" };
const spring: DeepLink = { source: "instagram", campaign: "spring" };
const toContact: DeepLink = {
  source: "crm",
  campaign: "",
  contactId: 7,
  expiresAtMillis: nowMillis + hourMillis,
};
const ofContact = { source: "crm", campaign: "", contactId: 7 };
const ended = { expiresAtMillis: nowMillis - 2 * hourMillis };

describe("the payload of a start", () => {
  test.each([
    { name: "a link of a campaign", link: spring, means: { kind: "ours", ...spring } },
    {
      name: "a link of a campaign, in a chat with a contact",
      link: spring,
      conversation: { contactId: 8 },
      means: { kind: "ours", ...spring },
    },
    {
      name: "a link of a campaign that other chats used",
      link: spring,
      use: { usedBy: "tg-700-1" },
      means: { kind: "ours", ...spring },
    },
    {
      name: "an expired link",
      link: { ...spring, ...ended },
      means: { kind: "refused", why: "expired", ...spring },
    },
    {
      name: "a revoked link",
      link: spring,
      use: { revokedAtMillis: 1 },
      means: { kind: "refused", why: "revoked", ...spring },
    },
    {
      name: "a link made with another key",
      link: spring,
      madeWith: "stolen",
      means: { kind: "refused", why: "forged" },
    },
    {
      name: "a link made with the previous key",
      link: spring,
      madeWith: "old",
      means: { kind: "ours", ...spring },
    },
    {
      name: "a link to a contact, in a new chat",
      link: toContact,
      means: { kind: "ours", ...ofContact },
    },
    {
      name: "a link to a contact that this chat used",
      link: toContact,
      use: { usedBy: "tg-700-42" },
      conversation: { contactId: 7 },
      means: { kind: "ours", ...ofContact },
    },
    {
      name: "a link to a contact that another chat used",
      link: toContact,
      use: { usedBy: "tg-700-1" },
      means: { kind: "refused", why: "used-by-another-chat", ...ofContact },
    },
    {
      name: "a link to a contact, in a chat with another contact",
      link: toContact,
      conversation: { contactId: 8 },
      means: { kind: "refused", why: "chat-has-a-contact", ...ofContact },
    },
    {
      name: "a link to a contact, in a chat whose contact amoCRM made",
      link: toContact,
      conversation: { contactLeftToAmocrm: true },
      means: { kind: "refused", why: "chat-has-a-contact", ...ofContact },
    },
    {
      name: "an expired link to a contact, in a chat with another contact",
      link: { ...toContact, ...ended },
      conversation: { contactId: 8 },
      means: { kind: "refused", why: "expired", ...ofContact },
    },
  ] as const)("$name means $means", ({ link, madeWith = "new", means, ...given }) => {
    const payload = encodeDeepLink(link, { current: madeWith });
    const conversation = { ...aChat, ...("conversation" in given ? given.conversation : {}) };
    const use = "use" in given ? given.use : undefined;

    expect(judgeStartLink(payload, { keys, nowMillis, use, conversation })).toEqual(means);
  });

  test("of another program stays as it is", () => {
    expect(
      judgeStartLink("ig_spring", { keys, nowMillis, use: undefined, conversation: aChat }),
    ).toEqual({ kind: "not-ours", payload: "ig_spring" });
  });
});

describe("opening the link of a start", () => {
  const payload = encodeDeepLink(toContact, keys);
  const open = (
    text: string,
    { secret = aFakeSecret(keys), links = new MemoryDeepLinks(), chat = aChat } = {},
  ) => openStartLink(text, chat, { keys: secret, links, now: () => nowMillis });

  test("reads neither secret nor store for a payload of another program", async () => {
    const secret = aFakeSecret<typeof keys>(undefined);
    const links = { find: fail, useUp: fail, keep: fail };

    const opened = openStartLink("ig_spring", aChat, { keys: secret, links, now: () => nowMillis });

    expect(await opened).toEqual({ kind: "not-ours", payload: "ig_spring" });
    expect(secret.asked()).toBe(0);
  });

  test("uses up a link to a contact: the same chat may repeat it, a second chat may not", async () => {
    const links = new MemoryDeepLinks();
    const other = { conversationId: "tg-700-43" };

    const first = await open(payload, { links });
    const again = await open(payload, { links });
    const second = await open(payload, { links, chat: other });

    expect([first, again]).toEqual([
      { kind: "ours", ...ofContact },
      { kind: "ours", ...ofContact },
    ]);
    expect(second).toEqual({ kind: "refused", why: "used-by-another-chat", ...ofContact });
    expect(await links.find(payload)).toEqual({ usedBy: "tg-700-42" });
  });

  test("is refused when another chat uses the link up between read and write", async () => {
    const links = new MemoryDeepLinks();
    const find = links.find.bind(links);
    links.find = async (text) => {
      const found = await find(text);
      await links.useUp(payload, toContact, "tg-700-43");
      return found;
    };

    expect(await open(payload, { links })).toMatchObject({ why: "used-by-another-chat" });
  });

  test("is refused when a person revokes the link between read and write", async () => {
    const links = new MemoryDeepLinks();
    const find = links.find.bind(links);
    links.find = async (text) => {
      const found = await find(text);
      await links.revoke(payload, nowMillis);
      return found;
    };

    expect(await open(payload, { links })).toMatchObject({ why: "revoked" });
  });

  test("does not use up a link in a chat that has another contact", async () => {
    const links = new MemoryDeepLinks();

    await open(payload, { links, chat: { ...aChat, contactId: 8 } });

    expect(await links.find(payload)).toBeUndefined();
  });

  test("does not use up a link of a campaign", async () => {
    const links = new MemoryDeepLinks();

    await open(encodeDeepLink(spring, keys), { links });

    expect(await links.find(encodeDeepLink(spring, keys))).toBeUndefined();
  });

  test("reads the key again before it calls a link forged, because a person may have changed the key", async () => {
    const secret = aFakeSecret({ current: "old", previous: "older" }, keys);

    expect(await open(payload, { secret })).toMatchObject({ kind: "ours" });
    expect(secret.rereads()).toBe(1);
  });

  test("reads the key once for a link of a known key", async () => {
    const secret = aFakeSecret(keys);

    await open(payload, { secret });

    expect(secret.asked()).toBe(1);
  });

  test("does not hold the customer's message while the key is unset", async () => {
    const secret = aFakeSecret<typeof keys>("unset");

    expect(await open(payload, { secret })).toEqual({ kind: "refused", why: "forged" });
  });

  test("fails while the secret store does not answer, so that the attempt is repeated", async () => {
    const secret = aFakeSecret<typeof keys>(undefined);

    await expect(open(payload, { secret })).rejects.toThrow("did not answer");
  });
});

async function fail(): Promise<never> {
  throw new Error("not expected");
}
