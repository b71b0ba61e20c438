import { describe, expect, test } from "@jest/globals";
import { PermanentFailure } from "../../../lambdas/model/failure.ts";
import type { CustomerEvent } from "../../../lambdas/model/message.ts";
import { carry } from "../../support/carried-customer-event.ts";
import { aCustomerEvent } from "../../support/events.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import { sentMessages } from "../../support/sent-messages.ts";

const refused = () => new PermanentFailure("refused-by-amocrm");
const anAnswer = (quote: Partial<NonNullable<CustomerEvent["quote"]>>) =>
  aCustomerEvent({
    quote: { from: "customer", telegramMessageId: "3", text: "When?", isPart: false, ...quote },
  });

describe("a customer's reply to a message", () => {
  test("names their own message by the bridge's msgid", async () => {
    const { crm } = await carry(anAnswer({}));

    expect(crm.messages()).toMatchObject([
      { repliesTo: { msgid: "tg-700-42-3" }, content: { text: "Good morning" } },
    ]);
  });

  test("names an operator's message by amoCRM's id", async () => {
    const known = sentMessages({ "3": "amojo-9" });

    const { crm } = await carry(anAnswer({ from: "bot" }), { sentMessages: known });

    expect(crm.messages()).toMatchObject([{ repliesTo: { amocrmMessageId: "amojo-9" } }]);
  });

  test.each([
    { name: "the bot's own message", quote: { from: "bot" } },
    { name: "a message of another chat", quote: { from: "another-chat" } },
  ] as const)("quotes $name in words", async ({ quote }) => {
    const { crm } = await carry(anAnswer(quote));

    expect(crm.messages()).toMatchObject([{ content: { text: "> When?\nGood morning" } }]);
    expect(crm.messages()[0]).not.toHaveProperty("repliesTo");
  });

  test("to a message that amoCRM does not know is shown with the quoted text instead", async () => {
    const crm = aFakeCrm({ sends: [refused(), "amojo-1"] });

    const { bench } = await carry(anAnswer({}), { crm });

    expect(crm.messages().map(({ content }) => content)).toMatchObject([
      { text: "Good morning" },
      { text: "> When?\nGood morning" },
    ]);
    expect(bench.entry()).toMatchObject({
      state: "sent",
      steps: [{ step: "show-message", id: "amojo-1" }],
    });
  });

  test("is parked when amoCRM refuses both forms", async () => {
    const { bench } = await carry(anAnswer({}), { crm: aFakeCrm({ sends: [refused()] }) });

    expect(bench.entry()).toMatchObject({ state: "parked", reason: "refused-by-amocrm" });
  });
});

describe("a pressed button", () => {
  test("has the time at which the queue accepted it, and names the chosen list entry", async () => {
    const press = aCustomerEvent({ sentAtSeconds: undefined, choice: "row-7" });

    const { crm } = await carry(press);

    expect(crm.messages()).toMatchObject([{ sentAtMillis: 1_700_000_000_500, choice: "row-7" }]);
  });
});
