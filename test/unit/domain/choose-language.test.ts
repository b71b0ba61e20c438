import { describe, expect, test } from "@jest/globals";
import { createJobs } from "../../../lambdas/domain/jobs.ts";
import { aDeliveryBench } from "../../support/delivery-bench.ts";
import { aCustomerEvent } from "../../support/events.ts";
import { aFakeMessenger } from "../../support/fake-messenger.ts";
import { aHandOff } from "../../support/hand-off.ts";
import { jobDependencies } from "../../support/job-dependencies.ts";

describe("the bot's language", () => {
  test("is asked for by a list of all there are, which operators do not see", async () => {
    const { crm, customer, messenger } = aHandOff({ handOff: "operator" });

    await customer("/language", { command: "language" });

    expect(messenger.sent).toEqual([
      {
        chatId: "42",
        text: "Choose a language:",
        options: {
          buttons: [
            [{ text: "English", ownChoice: "language:en" }],
            [{ text: "Русский", ownChoice: "language:ru" }],
          ],
        },
      },
    ]);
    expect(crm.messages()).toEqual([]);
  });

  test("once chosen is confirmed in it, and used from then on", async () => {
    const { customer, said } = aHandOff();

    await customer("Русский", { ownChoice: "language:ru" });
    await customer("/end", { command: "end" });

    expect(said()).toEqual([
      "Буду писать вам по-русски.",
      "Сейчас нет открытого разговора с оператором.",
    ]);
  });

  test.each(["bot", "operator"] as const)(
    "once chosen is that of every word to the customer, said as the bot or not: %s",
    async (handOff) => {
      const { customer, said } = aHandOff({ handOff, languageChosen: "ru" });

      await customer("/operator", { command: "operator" });
      await customer("/end", { command: "end" });
      await customer("/language", { command: "language" });

      expect(said().filter((text) => /[a-z]/i.test(text))).toEqual([]);
      expect(said().length).toBeGreaterThanOrEqual(2);
    },
  );

  test("once chosen is that of the greeting, where operators answer always", async () => {
    const messenger = aFakeMessenger();
    const decodeTelegram = () => aCustomerEvent({ command: "help" });
    const deps = jobDependencies({ messenger, decodeTelegram });
    await deps.conversations.update("tg-700-42", { languageChosen: "ru" });

    await aDeliveryBench(createJobs(deps)).attempt({ direction: "to-amocrm" });

    expect(messenger.sent).toMatchObject([{ text: expect.stringMatching(/^Здравствуйте!/) }]);
  });

  test.each(["bot", "operator"] as const)(
    "asked for and chosen in another topic leaves the next answer there: %s",
    async (handOff) => {
      const { customer, deps } = aHandOff({ handOff, topics: ["1:77"] });
      const topics = async () => (await deps.conversations.find("tg-700-42"))?.topics;

      await customer("/language", { command: "language", where: { topicId: "78" } });
      expect(await topics()).toEqual(["1:77", expect.stringMatching(/^\d+:78$/)]);

      const press = { msgid: "tg-700-42-cb-1", sentAtSeconds: undefined };
      await customer("Русский", {
        ...press,
        ownChoice: "language:ru",
        where: { topicId: "79" },
      });
      expect(await topics()).toEqual(["1:77", expect.stringMatching(/:78$/), ":79"]);
    },
  );

  test("is not one that nobody knows: then it is an answer like any other", async () => {
    const { asked, customer } = aHandOff();

    await customer("Klingon", { ownChoice: "language:tlh" });

    expect(asked).toEqual(["Klingon"]);
  });

  test("is not chosen by an entry of amoCRM's, whatever amoCRM wants back for it", async () => {
    const { crm, customer, said, deps } = aHandOff({ handOff: "operator" });

    await customer("English lessons", { choice: "language:en" });

    expect(crm.messages()).toMatchObject([
      { content: { text: "English lessons" }, choice: "language:en" },
    ]);
    expect(said()).toEqual([]);
    expect(await deps.conversations.find("tg-700-42")).not.toHaveProperty("languageChosen");
  });
});
