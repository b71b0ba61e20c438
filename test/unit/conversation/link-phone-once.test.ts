import { describe, expect, test } from "@jest/globals";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import { aFakeContacts } from "../../support/fake-contacts.ts";
import { aLinkableChat } from "../../support/linkable-chat.ts";

const phone = "+79161234567";
const down = () => new TransientFailure("amoCRM answered 502");
const refused = () => new PermanentFailure("refused-by-amocrm");

describe("a number that a contact has already", () => {
  test.each([
    { name: "created with it", script: { links: [refused()] as const }, contactId: 9001 },
    {
      name: "found by it",
      script: { phones: [7] as const, links: [refused()] as const },
      contactId: 7,
    },
  ])(
    "is not added to another contact when the one $name cannot be linked",
    async ({ script, contactId }) => {
      const chat = await aLinkableChat({}, aFakeContacts(script));

      expect(await chat.link(phone)).toBe(true);
      expect(await chat.stored()).toMatchObject({ contactLeftToAmocrm: true, contactId });
    },
  );

  test("is not added to another contact after a pause of the main API either", async () => {
    const contacts = aFakeContacts({ phones: [undefined, down()], links: [down()] });
    const chat = await aLinkableChat({}, contacts);

    await expect(chat.link(phone)).rejects.toThrow("502");
    chat.clock.advance(5 * 60_000);

    expect(await chat.link(phone)).toBe(true);
  });
});
