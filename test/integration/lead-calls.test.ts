import { expect, test } from "@jest/globals";
import { contactFieldCodes } from "../../lambdas/model/crm.ts";
import { conversationOf, eventually, shown, statusOf, useBridge } from "./bridge.ts";

const bridge = useBridge();
const customer = { id: 61, first_name: "Anna", username: "anna", language_code: "en" };

const says = async (text: string) => {
  const { messageId } = await bridge.telegram.customerSays(customer, text);
  await shown(bridge, customer.id, messageId);
};
/** The calls of the main API since the last look, without ids. */
let seen = 0;
const mainApiCalls = () => {
  const calls = bridge.amocrm
    .calls()
    .filter(({ path }) => path.startsWith("/api/"))
    .map(({ method, path }) => `${method} ${path.replaceAll(/\/\d+/g, "/{id}")}`);
  const news = calls.slice(seen);
  seen = calls.length;
  return news;
};

test("a new customer costs five calls of the main API, and a known one none", async () => {
  const fields = Object.entries(contactFieldCodes).map(([name, code]) => ({
    name: code,
    code,
    type: { link: "url", premium: "checkbox" }[name] ?? "text",
  }));
  await fetch(`${bridge.amocrm.origin}/api/v4/contacts/custom_fields`, {
    method: "POST",
    headers: { Authorization: "Bearer laptop-api-token" },
    body: JSON.stringify(fields),
  });
  mainApiCalls();

  await says("Good morning");
  const calls: string[] = [];
  await eventually("the profile", () => {
    calls.push(...mainApiCalls());
    return calls.some((call) => call.startsWith("PATCH"));
  });
  expect(calls).toEqual([
    "POST /api/v4/contacts",
    "POST /api/v4/contacts/chats",
    "GET /api/v4/contacts/{id}",
    "POST /api/v4/leads",
    "PATCH /api/v4/contacts/{id}",
  ]);

  for (const text of ["Where is my parcel?", "And when does it come?"]) {
    await says(text);
    const { messageId } = await bridge.amocrm.operatorSays(
      conversationOf(customer.id),
      `Answer to ${text}`,
    );
    await eventually("the status", () => statusOf(bridge.amocrm, messageId));
  }
  expect(mainApiCalls()).toEqual([]);
});
