import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { formatDate, signRequest } from "../../../lambdas/amocrm/webhook/signature.ts";
import { allowedUpdates } from "../../../lambdas/telegram/send/inspect-webhook.ts";
import { eventually, textsIn } from "../bridge.ts";
import { doctorOn } from "./doctor.ts";
import { invented, useLaptop } from "./laptop.ts";

const laptop = useLaptop();
beforeAll(async () => {
  await laptop.bridge(["setup"]);
});
beforeEach(async () => {
  await laptop.bridge(["webhook", "set"]);
});

const { look, fix } = doctorOn(laptop);

test("a healthy run has no fault, and no check is unknown", async () => {
  const { code, ids, checks } = await look();
  const person = await laptop.bridge(["doctor"]);

  expect({ code, ids }).toEqual({ code: 0, ids: [] });
  expect(checks.filter(({ state }) => state === "warning")).toEqual([]);
  const unseen = checks.filter(({ state }) => state === "unknown").map(({ id }) => id);
  const untold = ["api-token-end", "version", "caretaker-ran", "lost-hooks", "caretaker-checks"];
  expect(untold).toEqual(expect.arrayContaining(unseen));
  expect(person).toMatchObject({ code: 0, errors: "" });
  expect(person.output).toMatch(/\n\d\d ok, [^\n]*8 not applicable\n$/);
});

describe("at Telegram", () => {
  test("a deleted webhook is reported, and the fix sets it again", async () => {
    await laptop.bridge(["webhook", "delete"]);

    const ill = await look();
    await fix(ill.faults[0]);

    expect(ill).toMatchObject({ code: 1, ids: ["webhook-url"] });
    expect(ill.faults[0]?.says).toContain("no webhook is set");
    expect((await look()).ids).toEqual([]);
  });

  test("a webhook of another program is reported", async () => {
    laptop.telegram.setWebhook("https://elsewhere.example/bot", "x", allowedUpdates);

    const ill = await look();
    await fix(ill.faults[0]);

    expect(ill.ids).toEqual(["webhook-url"]);
    expect(ill.faults[0]?.says).toContain("another program has taken the bot");
    expect((await look()).ids).toEqual([]);
  });

  test("a webhook without all kinds of updates is reported", async () => {
    laptop.telegram.setWebhook(`${laptop.run.host.url}/telegram`, "laptop-webhook-secret", [
      "message",
    ]);

    const ill = await look();
    await fix(ill.faults[0]);

    expect(ill.ids).toEqual(["webhook-updates"]);
    expect((await look()).ids).toEqual([]);
  });

  test("a wrong webhook secret is reported, and the waiting update arrives after the fix", async () => {
    const address = `${laptop.run.host.url}/telegram`;
    laptop.telegram.setWebhook(address, "a-wrong-secret", allowedUpdates);
    const writing = laptop.telegram.customerSays({ id: 81, first_name: "Ann" }, "hello");

    const ill = await eventually("the refusal", async () => {
      const seen = await look();
      return seen.ids.length > 0 && seen;
    });
    await fix(ill.faults[0]);
    await writing;

    expect(ill.ids).toEqual(["webhook-secret"]);
    expect((await look()).ids).toEqual([]);
    await eventually("the message", () => textsIn(laptop.amocrm, "tg-1000000001-81").length > 0);
  });

  test("a wrong bot token is reported", async () => {
    await laptop.setSecret("telegram-bot", "token", invented.botToken);

    const ill = await look();
    await fix(ill.faults[0], laptop.settings.telegram.botToken);

    expect(ill.ids).toEqual(["bot-token"]);
    expect((await look()).ids).toEqual([]);
  });

  test("an outage of Telegram is reported", async () => {
    laptop.telegram.faults.add({ match: "getMe", status: 502, times: 9 });

    expect((await look()).ids).toEqual(["telegram-answers"]);
  });
});

describe("at amoCRM", () => {
  test("a wrong channel secret is reported", async () => {
    await laptop.setSecret("amocrm-channel", "current", invented.channelSecret);

    const ill = await look();
    await fix(ill.faults[0], laptop.settings.amocrm.channelSecret);

    expect(ill.ids).toEqual(["channel-secret"]);
    expect((await look()).ids).toEqual([]);
  });

  test("a disconnected channel is reported", async () => {
    const { accountId, channelId, channelSecret } = laptop.settings.amocrm;
    const path = `/v2/origin/custom/${channelId}/disconnect`;
    const body = Buffer.from(JSON.stringify({ account_id: accountId }));
    const request = { method: "DELETE", path, date: formatDate(new Date()), body };
    const headers = { ...signRequest(request, channelSecret) };
    const gone = await fetch(laptop.amocrm.origin + path, { method: "DELETE", headers, body });
    expect(gone).toMatchObject({ status: 200 });

    const ill = await look();
    await fix(ill.faults[0]);

    expect(ill.ids).toEqual(["channel-connected"]);
    expect((await look()).ids).toEqual([]);
  });

  test("an outage of the chat service is reported", async () => {
    laptop.amocrm.faults.add({ match: "/v2/origin", dropRequest: true, times: 99 });

    const ill = await look();

    expect(ill.ids).toEqual(["amojo-answers"]);
    expect(ill.faults[0]?.fix).toContain("continues when amoCRM answers");
  });

  test("a revoked API token is reported", async () => {
    await laptop.setSecret("amocrm-api", "token", invented.apiToken);

    const ill = await look();
    await fix(ill.faults[0], laptop.settings.amocrm.apiToken);

    expect(ill.ids).toEqual(["api-token"]);
    expect((await look()).ids).toEqual([]);
  });

  test("an expired API token is reported with its date", async () => {
    const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString("base64url");
    const ended = [part({ alg: "RS256" }), part({ exp: 1_700_000_000 }), "signature"].join(".");
    await laptop.setSecret("amocrm-api", "token", ended);

    const ill = await look();
    await fix(ill.faults[1], laptop.settings.amocrm.apiToken);

    expect(ill.ids).toEqual(["api-token", "api-token-end"]);
    expect(ill.faults[1]?.says).toBe("it expired on 2023-11-14");
    expect((await look()).ids).toEqual([]);
  });

  test("a missing field of contacts is a warning, and the fix makes it again", async () => {
    const field = laptop.amocrm.fields().contacts.find(({ code }) => code === "TELEGRAM_LINK");
    laptop.amocrm.deleteField("contacts", field?.id ?? 0);

    const ill = await look();
    const warnings = ill.checks.filter(({ state }) => state === "warning");
    await fix(warnings[0]);

    expect(ill).toMatchObject({ code: 0, ids: [] });
    expect(warnings).toMatchObject([
      { id: "contact-fields", says: "expected 5 fields of contacts; missing: link" },
    ]);
    expect((await look()).checks.filter(({ state }) => state === "warning")).toEqual([]);
  });

  test("a run with a pipeline that is in the archive is reported", async () => {
    const [pipeline] = laptop.amocrm.pipelines().filter(({ isMain }) => !isMain);
    const newCustomer = { ...laptop.settings.newCustomer, pipelineId: pipeline?.id ?? 0 };
    await laptop.leaveRunFile({ newCustomer });
    const before = await look();
    laptop.amocrm.archivePipeline(pipeline?.id ?? 0);

    const ill = await look();
    await laptop.leaveRunFile();

    expect(before.ids).toEqual([]);
    expect(ill.ids).toEqual(["lead-pipeline"]);
    expect(ill.faults[0]?.says).toContain(`pipeline ${pipeline?.id} is in the archive`);
  });

  test("an integration without the right to link chats to contacts is reported", async () => {
    laptop.amocrm.faults.add({ match: "GET /api/v4/contacts/chats", status: 403, times: 1 });

    expect((await look()).ids).toEqual(["contacts-chats"]);
  });
});

test("a live check answers by reads what the account does, and names what a person must try", async () => {
  const before = laptop.amocrm.calls().length;

  const person = await laptop.bridge(["doctor", "--live-check"]);
  const { code, json } = await laptop.ask(["doctor", "--live-check"]);

  const calls = laptop.amocrm.calls().slice(before);
  expect(calls.filter(({ method }) => method !== "GET")).toEqual([]);
  expect(person).toMatchObject({ code: 0, errors: "" });
  expect(person.output).toContain("leads-filter: Does filter[id][] on leads work?\n  ");
  expect(code).toBe(0);
  expect(json["answers"]).toContainEqual({
    id: "contact-fields",
    asks: expect.any(String),
    found: expect.stringContaining("5 of 5 have their codes"),
  });
});

test("no output contains a secret or people's text", () => {
  expect(laptop.leaked()).toEqual([]);
});
