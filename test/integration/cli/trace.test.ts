import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { eventually, textsIn, textsTo } from "../bridge.ts";
import { useLaptop } from "./laptop.ts";

const conversation = "tg-1000000001-91";
const secretText = "Schrödinger's refund";

const laptop = useLaptop();
const printed: string[] = [];

const follow = async (name: string) => {
  const person = await laptop.bridge(["trace", name]);
  const { code, json } = await laptop.ask(["trace", name]);
  printed.push(person.output, person.errors, JSON.stringify(json));
  expect(person).toMatchObject({ code: 0, errors: "" });
  expect(code).toBe(0);
  return { text: person.output, json, event: json["event"] as Record<string, unknown> };
};

test("a message is traced from either side", async () => {
  const { updateId, messageId } = await laptop.telegram.customerSays(
    { id: 91, first_name: "Ermintrude" },
    secretText,
  );
  await eventually("the chat", () => textsIn(laptop.amocrm, conversation).length > 0);
  const shown = laptop.amocrm
    .messages()
    .find(({ conversationId }) => conversationId === conversation);
  const written = await laptop.amocrm.operatorSays(conversation, secretText);
  await eventually("the answer", () => textsTo(laptop.telegram, 91).length > 0);
  const arrived = laptop.telegram.messages().find(({ chatId }) => chatId === 91);
  const answered = await eventually("the end", async () => {
    const found = await follow(written.messageId).catch(() => undefined);
    return found?.event["state"] === "sent" && found;
  });

  const asked = await follow(`tg:1000000001:${updateId}`);
  expect(asked.event).toMatchObject({
    state: "sent",
    from: "telegram",
    steps: [{ step: "show-message", id: shown?.id }],
  });
  expect((await follow(`91/${messageId}`)).json["inAmocrm"]).toMatchObject({ id: shown?.id });
  expect(answered.event).toMatchObject({
    from: "amocrm",
    steps: [{ step: "send-text", id: String(arrived?.messageId) }],
  });
  const back = await follow(`${conversation}-${arrived?.messageId}`);
  expect(back.event["id"]).toBe(answered.event["id"]);
  expect(back.text).toContain("reported at once");

  const at = new Date().toISOString();
  const listed = await laptop.ask(["trace", "--chat", "91", "--at", at]);
  const byId = await laptop.ask(["trace", shown?.id ?? "", "--chat", "91"]);
  printed.push(JSON.stringify(listed.json));
  const event = { id: `tg:1000000001:${updateId}`, state: "sent" };
  expect(listed.json["messages"]).toMatchObject([
    { from: "Telegram", telegramMessage: String(messageId), amocrmMessage: shown?.id, event },
    { from: "amoCRM", amocrmMessage: written.messageId, event: { id: answered.event["id"] } },
  ]);
  expect(byId.json).toMatchObject({ event, inAmocrm: { id: shown?.id } });
});

test("a parked answer shows the redrive command, which works", async () => {
  laptop.telegram.block(91);
  const { messageId } = await laptop.amocrm.operatorSays(conversation, `${secretText} again`);
  const parked = await eventually("the parking", async () => {
    const found = await follow(messageId).catch(() => undefined);
    return found?.event["state"] === "parked" && found;
  });
  laptop.telegram.unblock(91);

  expect(parked.event).toMatchObject({ reason: "blocked", redrives: 0, from: "amocrm" });
  expect(parked.event["acceptedAt"]).not.toBeNull();
  const [, command = ""] = /bridge (redrive --id \S+);/.exec(String(parked.json["next"])) ?? [];
  expect((await laptop.bridge(command.split(" "))).code).toBe(0);
  const sent = await eventually("the end", async () => {
    const found = await follow(messageId);
    return found.event["state"] === "sent" && found;
  });
  expect(sent.event).toMatchObject({ redrives: 1 });
});

test("the answer is also written as one page for a browser, for its owner alone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bridge-trace-"));
  const file = join(folder, "trace.html");
  const around = ["trace", "--chat", "91", "--at", new Date().toISOString(), "--html", file];

  const first = await laptop.bridge(around);
  const english = await readFile(file, "utf8");
  const { mode } = await stat(file);
  const again = await laptop.bridge(around);
  const russian = await laptop.ask([...around, "--force", "--language", "ru"]);
  const translated = await readFile(file, "utf8");
  await rm(folder, { recursive: true });
  printed.push(english, translated);

  expect(first).toMatchObject({ code: 0, errors: "" });
  expect(mode & 0o777).toBe(0o600);
  expect(english).toMatch(/<title>Chat tg-1000000001-91,/);
  expect(english).toContain("the customer wrote it; operators see it");
  expect(english).toMatch(/showed it to the operators, in amoCRM [0-9a-f-]{36}/);
  expect(english).toMatch(/sent the text, in Telegram \d+/);
  expect(english).toContain("was told the outcome at once");
  expect(again).toMatchObject({ code: 1, output: "" });
  expect(again.errors).toContain(`the file ${file} exists: replace it with --force`);
  expect(russian.json).toMatchObject({ chat: conversation });
  expect(translated).toContain("клиент написал его; операторы его видят");
});

test.each([
  { args: ["tg:1000000001:1"], code: 1, says: "The ledger keeps events for 35 days" },
  { args: ["91/999999"], code: 1, says: "may still wait in its queue" },
  { args: ["91/999999"], code: 1, says: "bridge status shows how many wait" },
  { args: ["91/999999"], code: 1, says: "bridge trace --chat 91 --at 12:05 lists" },
  { args: ["45f2bc51-789a-479f-98b7"], code: 1, says: "name its chat too, with --chat" },
  { args: ["--chat", "91", "--at", "2026-01-01T12:00Z"], code: 1, says: "no message of chat tg-" },
  { args: ["5"], code: 2, says: "not the name of a message" },
  { args: ["91/1", "--html", "x.html", "--language", "fr"], code: 2, says: "expected en or ru" },
  { args: [], code: 2, says: "expected a message first" },
  { args: ["--json"], code: 2, says: "expected a message first" },
])("bridge trace $args ends with $code", async ({ args, code, says }) => {
  const done = await laptop.bridge(["trace", ...args]);

  expect(done).toMatchObject({ code, output: "" });
  expect(done.errors).toContain(says);
});

test("no output contains people's text or names", () => {
  const text = printed.join("\n");

  expect(text.length).toBeGreaterThan(1000);
  expect(text).not.toContain(secretText);
  expect(text).not.toContain("Ermintrude");
});
