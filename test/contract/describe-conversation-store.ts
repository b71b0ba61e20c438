import { beforeAll, describe, expect, test } from "@jest/globals";
import type { ConversationStore } from "../../lambdas/model/stores.ts";

/** The contract of every conversation store. */
export function describeConversationStore(
  name: string,
  create: () => Promise<ConversationStore>,
): void {
  describe(`the conversation store ${name}`, () => {
    let store: ConversationStore;
    let conversations = 0;
    const anId = () => `tg-700-${(conversations += 1)}`;

    beforeAll(async () => {
      store = await create();
    });

    test("has nothing for an unknown conversation", async () => {
      expect(await store.find(anId())).toBeUndefined();
    });

    test("creates a conversation from its first field", async () => {
      const id = anId();

      await store.update(id, { amojoChatId: "c1" });

      expect(await store.find(id)).toEqual({ conversationId: id, amojoChatId: "c1" });
    });

    test("keeps every field unchanged", async () => {
      const id = anId();
      const fields = {
        amojoChatId: "c1",
        amojoUserId: "u1",
        contactId: 40_401_635,
        contactLinked: true,
        contactStartedAtMillis: 1_700_000_000_123,
        contactTroubleSinceMillis: 1_700_000_000_456,
        contactLeftToAmocrm: false,
        phoneState: "shared",
        phoneTroubleSinceMillis: 0,
        lastMessageAtMillis: 1_700_000_000_789,
        leadId: 91_001,
        closedNoticeUntilMillis: 1_700_000_000_001,
        waitingSinceMillis: 0,
        answeredAtMillis: 1_700_000_000_002,
        talkClosedAtMillis: 1_700_000_000_003,
      } as const;

      await store.update(id, fields);

      expect(await store.find(id)).toEqual({ conversationId: id, ...fields });
    });

    test("sets the given fields and leaves the others", async () => {
      const id = anId();
      await store.update(id, { amojoChatId: "c1", contactId: 1 });

      await store.update(id, { contactId: 2, contactLinked: true });

      expect(await store.find(id)).toEqual({
        conversationId: id,
        amojoChatId: "c1",
        contactId: 2,
        contactLinked: true,
      });
    });

    test("loses no field of several concurrent writes", async () => {
      const id = anId();

      await Promise.all([
        store.update(id, { amojoChatId: "c1" }),
        store.update(id, { contactId: 2 }),
      ]);

      expect(await store.find(id)).toEqual({ conversationId: id, amojoChatId: "c1", contactId: 2 });
    });

    test("keeps conversations separate", async () => {
      const [one, other] = [anId(), anId()];

      await store.update(one, { amojoChatId: "c1" });

      expect(await store.find(other)).toBeUndefined();
    });
  });
}
