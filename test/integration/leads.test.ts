import { describe, expect, test } from "@jest/globals";
import { conversationOf, eventually, shown, useBridge } from "./bridge.ts";

const pipelineId = 9_999_999;
const plan = { make: "lead", pipelineId, statusId: 70, tags: ["telegram"], leadName: "{name}" };
const bridge = useBridge({ NEW_CUSTOMER: JSON.stringify(plan), LEAD_CHECK_HOURS: "0" });

const leadsOf = (chatId: number) =>
  bridge.amocrm.leads().filter((lead) => lead.conversationId === conversationOf(chatId));
const mainApiCalls = () =>
  bridge.amocrm
    .calls()
    .filter(({ path }) => path.startsWith("/api/"))
    .map(({ method, path }) => `${method} ${path.replaceAll(/\/\d+/g, "/{id}")}`);

/** The customer writes, and the message reaches amoCRM. */
async function says(chatId: number, text: string) {
  const customer = { id: chatId, first_name: `Customer ${chatId}` };
  const { messageId } = await bridge.telegram.customerSays(customer, text);
  return shown(bridge, chatId, messageId);
}

describe.each([
  { world: "makes incoming leads for linked chats", unsortedForLinked: true },
  { world: "makes none for linked chats", unsortedForLinked: false },
])("where amoCRM $world", ({ unsortedForLinked }) => {
  const base = unsortedForLinked ? 100 : 200;

  test("a new customer has one lead before the message, without the pipeline that is gone", async () => {
    bridge.amocrm.setSwitches({ unsortedForLinked });

    await says(base + 1, "Good morning");

    const [lead, ...more] = leadsOf(base + 1);
    expect(more).toEqual([]);
    expect(lead).toMatchObject({ name: `Customer ${base + 1}`, tags: ["telegram"] });
    expect(lead?.category).toBeUndefined();
    const calls = bridge.amocrm.calls().map(({ method, path }) => `${method} ${path}`);
    const message = calls.findLastIndex((call) => /^POST \/v2\/origin\/custom\/[^/]+$/.test(call));
    expect(calls.lastIndexOf("POST /api/v4/leads")).toBeLessThan(message);
    expect(bridge.log.join("\n")).toContain("LeadPartRefused");
  });

  test("a returning customer whose lead is closed gets a new one, and the first stays closed", async () => {
    await says(base + 2, "The first order");
    const [first] = leadsOf(base + 2);
    bridge.amocrm.closeLead(first?.id ?? 0, "won");

    await says(base + 2, "The second order");
    await says(base + 2, "And one more thing");

    expect(leadsOf(base + 2)).toHaveLength(2);
  });

  test("a merged contact takes the chat along, and no lead is made twice", async () => {
    await says(base + 3, "From the old card");
    const [lead] = leadsOf(base + 3);
    await says(base + 4, "From the other card");
    const [other] = leadsOf(base + 4);
    bridge.amocrm.mergeContacts(lead?.contactId ?? 0, other?.contactId ?? 0);

    await says(base + 3, "From the new card");

    const ofContact = bridge.amocrm
      .leads()
      .filter(({ contactId }) => contactId === other?.contactId);
    expect(ofContact).toHaveLength(2);
    expect(bridge.log.join("\n")).toContain("ContactRenewed");
  });

  test("a lost answer makes no second lead", async () => {
    bridge.amocrm.faults.add({ match: "POST /api/v4/leads", loseAnswer: true });

    await says(base + 5, "Is anybody there?");

    expect(leadsOf(base + 5)).toHaveLength(1);
  });
});

test("a refusing main API holds no message: the lead comes by an event of its own", async () => {
  bridge.amocrm.setSwitches({ unsortedForLinked: false });
  bridge.amocrm.faults.add({ match: "POST /api/v4/leads", status: 422, times: 2 });

  await says(301, "Do you deliver?");

  expect(leadsOf(301)).toEqual([]);
  await eventually("the late lead", () => leadsOf(301).length === 1);
  const before = mainApiCalls().length;
  bridge.amocrm.setSwitches({ unsortedForLinked: true });
  await says(301, "And when?");
  // The late lead is new, so the next messages do not look for leads.
  expect(mainApiCalls().slice(before)).toEqual([]);
});
