import { describe, expect, test } from "@jest/globals";
import { aHandOff } from "../../support/hand-off.ts";

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
            [{ text: "English", choice: "language:en" }],
            [{ text: "Русский", choice: "language:ru" }],
          ],
        },
      },
    ]);
    expect(crm.messages()).toEqual([]);
  });

  test("once chosen is confirmed in it, and used from then on", async () => {
    const { customer, said } = aHandOff();

    await customer("Русский", { choice: "language:ru" });
    await customer("/end", { command: "end" });

    expect(said()).toEqual([
      "Буду писать вам по-русски.",
      "Сейчас нет открытого разговора с оператором.",
    ]);
  });

  test("is not one that nobody knows: then it is an answer like any other", async () => {
    const { asked, customer } = aHandOff();

    await customer("Klingon", { choice: "language:tlh" });

    expect(asked).toEqual(["Klingon"]);
  });
});
