import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { deepLinkIdOf, DynamoDeepLinks } from "../../lambdas/aws/deep-links.ts";
import type { KeptDeepLink } from "../../lambdas/aws/deep-links.ts";
import type { DeepLinks } from "../../lambdas/model/stores.ts";
import { startDynamoDb } from "../support/dynamodb.ts";
import { MemoryDeepLinks } from "../support/memory/stores.ts";

let dynamo: Awaited<ReturnType<typeof startDynamoDb>>;
let tables = 0;
beforeAll(async () => {
  dynamo = await startDynamoDb();
});
afterAll(() => dynamo.close());

const index = { name: "parked", key: "parkedAs", sort: "receivedAtMillis", sortType: "N" } as const;
const aTable = () => dynamo.table(`deliveries-${(tables += 1)}`, "id", index);

const now = 1_700_000_000_000;
const expiresAtMillis = now + 7 * 86_400_000;
const toContact = { source: "crm", campaign: "", contactId: 7, expiresAtMillis };
const ofCampaign = { source: "instagram", campaign: "spring" };

type Revocable = DeepLinks & { revoke(name: string, nowMillis: number): Promise<unknown> };

describe.each([
  {
    name: "in memory",
    create: async (): Promise<Revocable> => new MemoryDeepLinks(),
    nameOf: (payload: string) => payload,
  },
  {
    name: "in DynamoDB",
    create: async (): Promise<Revocable> => new DynamoDeepLinks(await aTable()),
    nameOf: deepLinkIdOf,
  },
])("the store of deep links $name", ({ create, nameOf }) => {
  let links: Revocable;
  beforeEach(async () => {
    links = await create();
  });

  test("knows no link at first, and a kept link as unused", async () => {
    expect(await links.find("p")).toBeUndefined();

    await links.keep("p", ofCampaign, now);

    expect(await links.find("p")).toEqual({});
    expect(await links.find("q")).toBeUndefined();
  });

  test("lets one chat use up a link, as often as it asks", async () => {
    await links.keep("p", toContact, now);

    const answers = [
      await links.useUp("p", toContact, "tg-1", now),
      await links.useUp("p", toContact, "tg-2", now + 1),
      await links.useUp("p", toContact, "tg-1", now + 2),
    ];

    expect(answers).toEqual([true, false, true]);
    expect(await links.find("p")).toEqual({ usedBy: "tg-1" });
  });

  test("lets one of ten simultaneous chats use up a link, also a link that it does not have", async () => {
    for (const payload of ["kept", "unknown"]) {
      if (payload === "kept") await links.keep(payload, toContact, now);
      const chats = Array.from({ length: 10 }, (_, chat) => `tg-${chat}`);

      const answers = await Promise.all(
        chats.map((chat) => links.useUp(payload, toContact, chat, now)),
      );

      const winner = chats[answers.indexOf(true)];
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await links.find(payload)).toEqual({ usedBy: winner });
    }
  });

  test("lets no chat use up a revoked link, also not the chat that used it before", async () => {
    await links.keep("p", toContact, now);
    await links.useUp("p", toContact, "tg-1", now);
    await links.revoke(nameOf("p"), now + 5);

    expect(await links.useUp("p", toContact, "tg-1", now + 6)).toBe(false);
    expect(await links.useUp("p", toContact, "tg-2", now + 6)).toBe(false);
    expect(await links.find("p")).toEqual({ usedBy: "tg-1", revokedAtMillis: now + 5 });
  });

  test("changes nothing when a link is kept again", async () => {
    await links.keep("p", toContact, now);
    await links.useUp("p", toContact, "tg-1", now);

    await links.keep("p", toContact, now + 9);

    expect(await links.find("p")).toEqual({ usedBy: "tg-1" });
  });
});

describe("the list of deep links in DynamoDB", () => {
  const listIn = async (links: DynamoDeepLinks) => {
    const all: KeptDeepLink[] = [];
    for await (const link of links.list()) all.push(link);
    return all;
  };

  test("has the kept links, oldest first, with their use, and no parked event", async () => {
    const table = await aTable();
    const links = new DynamoDeepLinks(table);
    await table.put("tg:700:1", { state: "parked", parkedAs: "parked", receivedAtMillis: 1 });
    await links.keep("later", toContact, now + 1);
    await links.keep("earlier", ofCampaign, now);
    await links.useUp("later", toContact, "tg-1", now + 2);
    await links.revoke(deepLinkIdOf("earlier"), now + 3);
    await links.useUp("not kept", toContact, "tg-1", now);

    expect(await listIn(links)).toEqual([
      {
        ...ofCampaign,
        id: deepLinkIdOf("earlier"),
        payload: "earlier",
        madeAtMillis: now,
        revokedAtMillis: now + 3,
      },
      {
        ...toContact,
        id: deepLinkIdOf("later"),
        payload: "later",
        madeAtMillis: now + 1,
        usedBy: "tg-1",
      },
    ]);
  });

  test("has no link that a person tried to revoke and that it does not have", async () => {
    const links = new DynamoDeepLinks(await aTable());

    expect(await links.revoke("0123456789abcdef", now)).toBe(false);
    expect(await listIn(links)).toEqual([]);
  });

  test("keeps a link for 35 days after its expiry, and one without an expiry for ever", async () => {
    const table = await aTable();
    const links = new DynamoDeepLinks(table);
    await links.keep("ends", toContact, now);
    await links.keep("stays", ofCampaign, now);
    await links.useUp("not kept", toContact, "tg-1", now);

    const itemOf = (payload: string) => table.get(`link:${deepLinkIdOf(payload)}`);
    const expiresAt = (expiresAtMillis + 35 * 86_400_000) / 1000;
    expect(await itemOf("ends")).toMatchObject({ expiresAt });
    expect(await itemOf("not kept")).toMatchObject({ expiresAt });
    expect(await itemOf("stays")).not.toHaveProperty("expiresAt");
  });
});
