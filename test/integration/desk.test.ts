import { readFileSync } from "node:fs";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { encodeDeepLink } from "../../lambdas/conversation/deep-link.ts";
import type { DeepLink } from "../../lambdas/model/stores.ts";
import { conversationOf, eventually, finalStatusOf, shown, textsTo, useBridge } from "./bridge.ts";
import type { Bridge } from "./bridge.ts";

const page = readFileSync(new URL("../../docs/desk.md", import.meta.url), "utf8");
/** The cells of the page's row for a situation, without the situation. */
const rowOf = (situation: string): string[] => {
  const lines = page.split("\n").filter((line) => line.startsWith("|"));
  const rows = lines.map((line) => line.split("|").map((cell) => cell.trim()));
  return rows.find((cells) => cells[1] === situation)?.slice(2, -1) ?? [];
};

const plan = {
  make: "lead",
  responsible: ["8000002"],
  tags: ["telegram"],
  sources: ["instagram"],
  leadName: "Telegram: {name}",
};
const environment = { NEW_CUSTOMER: JSON.stringify(plan), LEAD_CHECK_HOURS: "0" };
const bridge = useBridge(environment);

type Customer = { id: number; first_name: string; username?: string; language_code: string };
const aCustomer = (id: number, name: string, username?: string): Customer => ({
  id,
  first_name: name,
  language_code: "en",
  ...(username === undefined ? {} : { username }),
});

/** A call of the simulated main API, as an administrator makes it. */
async function post({ amocrm }: Bridge, path: string, body: object): Promise<void> {
  const answer = await fetch(`${amocrm.origin}/api/v4/${path}`, {
    method: "POST",
    headers: { Authorization: "Bearer laptop-api-token", "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.ok).toBe(true);
}

/** What `bridge setup` makes in the account. */
async function setUp(each: Bridge): Promise<void> {
  const fields = [
    ["TELEGRAM_ID", "text"],
    ["TELEGRAM_USERNAME", "text"],
    ["TELEGRAM_LINK", "url"],
    ["TELEGRAM_LANGUAGE", "text"],
    ["TELEGRAM_PREMIUM", "checkbox"],
  ].map(([code, type]) => ({ name: code, code, type, is_api_only: true }));
  await post(each, "contacts/custom_fields", fields);
  await post(each, "sources", [{ name: "Instagram", external_id: "instagram" }]);
}

/** The customer writes, and amoCRM shows the message. */
async function says(each: Bridge, customer: Customer, text: string): Promise<void> {
  const { messageId } = await each.telegram.customerSays(customer, text);
  await shown(each, customer.id, messageId);
}

/** The payload of a link that `bridge link` makes. */
async function payloadOf({ run }: Bridge, link: DeepLink): Promise<string> {
  const secrets = new SecretsManagerClient({
    endpoint: run.host.awsEndpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const SecretId = run.host.outputs["DeepLinkKeySecretId"];
  const { SecretString = "" } = await secrets.send(new GetSecretValueCommand({ SecretId }));
  secrets.destroy();
  return encodeDeepLink(link, JSON.parse(SecretString) as { current: string });
}

/** What an operator sees of a customer: the contact, the leads with their notes and tasks, the chat. */
function deskOf({ amocrm }: Bridge, { id }: Customer): string[] {
  const chat = amocrm
    .messages()
    .find(({ conversationId }) => conversationId === conversationOf(id));
  const contact = amocrm.contacts().find(({ chats }) => chats.includes(chat?.chatId ?? ""));
  const { TELEGRAM_ID, TELEGRAM_USERNAME, TELEGRAM_LINK, TELEGRAM_LANGUAGE } =
    contact?.fields ?? {};
  const who = [contact?.name, TELEGRAM_ID, TELEGRAM_USERNAME, TELEGRAM_LINK, TELEGRAM_LANGUAGE];
  const leads = amocrm.leads().filter(({ contactId }) => contactId === contact?.id);
  const messages = amocrm.messages().filter(({ chatId }) => chatId === chat?.chatId);
  return [
    who.filter((word) => word !== undefined).join(", "),
    leads.map((lead) => leadInWords(amocrm, lead)).join("; then "),
    messages.map(({ text, direction }) => (direction === "bot" ? `bot: ${text}` : text)).join("; "),
  ];
}

function leadInWords(
  amocrm: Bridge["amocrm"],
  lead: ReturnType<Bridge["amocrm"]["leads"]>[number],
): string {
  const pipeline = amocrm.pipelines().find(({ id }) => id === lead.pipelineId);
  const stage = pipeline?.statuses.find(({ id }) => id === lead.statusId)?.name;
  const user = amocrm.users().find(({ id }) => id === lead.responsibleUserId)?.name;
  const isOf = ({
    entity,
    entityId,
  }: {
    entity?: string | undefined;
    entityId?: number | undefined;
  }) => entity === "leads" && entityId === lead.id;
  return [
    lead.name,
    stage,
    user,
    ...lead.tags.map((tag) => `#${tag}`),
    ...(lead.source === undefined ? [] : [`source ${lead.source.name}`]),
    ...Object.entries(lead.fields).map(([field, value]) => `${field} ${String(value)}`),
    ...amocrm
      .notes()
      .filter(isOf)
      .map(({ params }) => `note "${String(params["text"])}"`),
    ...amocrm
      .tasks()
      .filter(isOf)
      .map(({ text }) => `task "${withoutTime(text)}"`),
  ].join(", ");
}

const withoutTime = (text: string) => text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/, "…");

describe("docs/desk.md, what the operator sees", () => {
  beforeAll(() => setUp(bridge));

  test("of a new customer", async () => {
    const anna = aCustomer(1001, "Anna", "anna");

    await says(bridge, anna, "Good morning");
    await eventually("the profile", () => deskOf(bridge, anna)[0]?.includes("@anna"));

    expect(deskOf(bridge, anna)).toEqual(rowOf("A new customer writes"));
  });

  test("of a returning customer", async () => {
    const boris = aCustomer(1002, "Boris");
    await says(bridge, boris, "The first order");
    bridge.amocrm.closeLead(bridge.amocrm.leads().at(-1)?.id ?? 0, "won");

    await says(bridge, boris, "The second order");
    await eventually("the profile", () => deskOf(bridge, boris)[0]?.includes("1002"));

    expect(deskOf(bridge, boris)).toEqual(rowOf("A customer whose lead is won writes again"));
  });

  test("of a customer whose contact was merged", async () => {
    const clara = aCustomer(1003, "Clara");
    await says(bridge, clara, "From the old card");
    await eventually("the profile", () => deskOf(bridge, clara)[0]?.includes("1003"));
    const from = bridge.amocrm.contacts().at(-1)?.id ?? 0;
    await post(bridge, "contacts", [{ name: "Clara of the office" }]);
    bridge.amocrm.mergeContacts(from, bridge.amocrm.contacts().at(-1)?.id ?? 0);

    await says(bridge, clara, "From the new card");

    expect(deskOf(bridge, clara)).toEqual(rowOf("A customer writes after a merge of contacts"));
  });

  test("of a customer who came by a link", async () => {
    const dora = aCustomer(1004, "Dora");
    const payload = await payloadOf(bridge, { source: "instagram", campaign: "spring" });

    await says(bridge, dora, `/start ${payload}`);
    await says(bridge, dora, "Is it still on sale?");
    await eventually("the note", () => deskOf(bridge, dora)[1]?.includes("note"));

    const desk = deskOf(bridge, dora).map((cell) => cell.replace(payload, "…"));
    expect(desk).toEqual(rowOf("A customer opens a link of `bridge link` and writes"));
  });

  test("of a customer who came by another program's link", async () => {
    const emil = aCustomer(1005, "Emil");

    await says(bridge, emil, "/start promo_7");
    await says(bridge, emil, "I want the promo");
    await eventually("the note", () => deskOf(bridge, emil)[1]?.includes("note"));

    expect(deskOf(bridge, emil)).toEqual(rowOf("A customer opens a link with `?start=promo_7`"));
  });

  test("of a customer to whom an operator wrote first", async () => {
    await post(bridge, "contacts", [{ name: "Fiona of the office" }]);
    const contactId = bridge.amocrm.contacts().at(-1)?.id ?? 0;
    const { messageId } = await bridge.amocrm.operatorWritesFirst(contactId, "Your parcel is here");
    const { error = "" } = (await finalStatusOf(bridge, messageId)) as { error?: string };
    const [, payload = ""] = /\?start=([\w-]+)/.exec(error) ?? [];
    const fiona = aCustomer(1006, "Fiona");
    const other = aCustomer(1007, "Gleb");

    await says(bridge, fiona, `/start ${payload}`);
    await says(bridge, fiona, "I am coming");
    await eventually("the note", () => deskOf(bridge, fiona)[1]?.includes("note"));
    await says(bridge, other, `/start ${payload}`);
    await says(bridge, other, "Me too");
    await eventually("the note", () => deskOf(bridge, other)[1]?.includes("note"));

    const known = (cell: string) => cell.replace(payload, "…").replace(String(contactId), "…");
    expect(deskOf(bridge, fiona).map(known)).toEqual(
      rowOf("The customer opens the link that the operator got"),
    );
    expect(deskOf(bridge, other).map(known)).toEqual(rowOf("Another customer opens the same link"));
    expect(textsTo(bridge.telegram, other.id)).toEqual(textsTo(bridge.telegram, fiona.id));
  });
});

describe("docs/desk.md, what the operator sees of a customer who waits", () => {
  const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
  const inThreeDays = days[(new Date().getUTCDay() + 3) % 7] ?? "mon";
  const waiting = useBridge({
    ...environment,
    WORKING_HOURS: JSON.stringify({ timeZone: "UTC", week: { [inThreeDays]: ["09:00-09:01"] } }),
  });
  const slow = useBridge({
    ...environment,
    UNANSWERED: '{"afterWorkingMinutes": 15, "as": "task"}',
  });

  test("outside working hours", async () => {
    await setUp(waiting);
    const hanna = aCustomer(1008, "Hanna");

    await says(waiting, hanna, "Are you open?");
    await eventually("the notice", () => deskOf(waiting, hanna)[2]?.includes("bot:"));
    await eventually("the profile", () => deskOf(waiting, hanna)[0]?.includes("1008"));

    const desk = deskOf(waiting, hanna).map((cell) => cell.replace(/time: .*\./, "time: …"));
    expect(desk).toEqual(rowOf("A customer writes outside working hours"));
  });

  test("without an answer", async () => {
    await setUp(slow);
    const ivan = aCustomer(1009, "Ivan");
    const date = Math.floor(Date.now() / 1000) - 3600;
    const chat = { id: ivan.id, type: "private", first_name: ivan.first_name };
    const message = {
      message_id: 77,
      date,
      chat,
      from: { ...ivan, is_bot: false },
      text: "Hello?",
    };
    await slow.telegram.sendUpdate({ message });
    await shown(slow, ivan.id, 77);
    await eventually("the profile", () => deskOf(slow, ivan)[0]?.includes("1009"));

    await slow.run.host.invoke("caretaker", { rounds: ["findUnanswered"] });
    await eventually("the task", () => deskOf(slow, ivan)[1]?.includes("task"));

    expect(deskOf(slow, ivan)).toEqual(rowOf("Nobody has answered for 15 minutes"));
  });
});
