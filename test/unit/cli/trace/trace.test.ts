import { describe, expect, test } from "@jest/globals";
import { readName } from "../../../../cli/commands/trace.ts";
import { factsOf, linesOf } from "../../../../cli/trace/show.ts";
import { trace } from "../../../../cli/trace/trace.ts";
import type { TraceSources } from "../../../../cli/trace/sources.ts";
import { sentTexts } from "../../../support/events.ts";
import { anEnvelope } from "../fake-sources.ts";
import { aStage } from "../support.ts";
import { eventId, expiresAt, nowMillis, secretText, sent, sources, uuid } from "./fake-sources.ts";

const find = (name: string, from: TraceSources) => trace(readName(name), from);
const traced = async (name: string, from: TraceSources) => {
  const found = await find(name, from);
  if (found === undefined) throw new Error("nothing was found");
  const facts = factsOf(found, aStage());
  return { facts, text: linesOf(found, aStage()).join("\n") };
};
const update = (chat: number, messageId: number) =>
  anEnvelope({
    id: "tg:1000000001:7",
    group: `tg-1000000001-${chat}`,
    receivedAtMillis: nowMillis - 1000,
    late: "redriven",
    body: Buffer.from(
      JSON.stringify({ update_id: 7, message: { message_id: messageId, text: secretText } }),
    ).toString("base64"),
  });
const parked = {
  id: "tg:1000000001:7",
  state: "parked",
  direction: "to-amocrm",
  reason: "refused",
  attempts: 3,
  redrive: 2,
  receivedAtMillis: nowMillis - 1000,
  endedAtMillis: nowMillis,
  message: JSON.stringify(update(42, 5)),
};

describe("an operator's message", () => {
  test.each([
    { by: "amoCRM's id", name: uuid },
    { by: "its event", name: eventId },
    { by: "the Telegram message it became", name: "42/9" },
  ])("is found by $by", async ({ name }) => {
    const items = [{ id: eventId, ...sent, steps: sentTexts("8", "9") }];
    const { facts, text } = await traced(
      name,
      sources(items, [
        { amocrmMessageId: "newer", msgid: undefined },
        { amocrmMessageId: uuid, msgid: undefined },
      ]),
    );

    expect(facts.event).toMatchObject({ id: eventId, state: "sent", steps: sentTexts("8", "9") });
    expect(text).toContain("from");
    expect(text).toMatch(/done +send-text 8, send-text 9/);
    expect(text).toContain("reported at once");
  });

  test("that waits shows the time and the reason", async () => {
    const { facts, text } = await traced(
      uuid,
      sources([
        {
          id: eventId,
          state: "waiting",
          direction: "to-telegram",
          notBeforeMillis: nowMillis + 5000,
          attempts: 2,
          ambiguous: 1,
          reason: "429",
          expiresAt,
        },
      ]),
    );

    expect(facts.event).toMatchObject({ attempts: 2, unknownOutcomes: 1 });
    expect(text).toContain("waiting until 2026-11-22T00:00:05.000Z: 429");
    expect(text).toContain("not reported yet");
    expect(facts.next).toContain("the sender retries it");
  });

  test("whose status was reported later is shown with its report", async () => {
    const report = { id: `status:${uuid}:-1`, ...sent, direction: "to-amocrm" };
    const items = [{ ...parked, id: eventId, direction: "to-telegram", message: "" }, report];
    const { facts, text } = await traced(uuid, sources(items));

    expect(facts.followUps).toMatchObject([{ id: report.id, state: "sent" }]);
    expect(text).toMatch(/not delivered +status:/);
  });

  test("whose hook was lost shows it", async () => {
    const items = [
      { id: eventId, ...sent },
      { id: `found:${eventId}`, expiresAt },
    ];

    expect((await traced(uuid, sources(items))).facts.wasLost).toBe(true);
  });

  test("in the spool waits for the caretaker", async () => {
    const message = JSON.stringify(anEnvelope({ id: eventId, source: "amocrm" }));
    const items = [{ id: `spool:${eventId}`, state: "spooled", receivedAtMillis: 5, message }];
    const { facts } = await traced(uuid, sources(items));

    expect(facts.event).toMatchObject({ id: eventId, state: "spooled", late: "spooled" });
    expect(facts.next).toContain("the caretaker sends it");
  });
});

describe("a customer's message", () => {
  test.each(["tg:1000000001:7", "42/5", "tg-1000000001-42-5"])(
    "that is parked is found by %s, with the facts of its envelope",
    async (name) => {
      const { facts, text } = await traced(name, sources([parked]));

      expect(facts.event).toMatchObject({
        id: "tg:1000000001:7",
        state: "parked",
        from: "telegram",
        acceptedAt: "2026-11-21T23:59:59.000Z",
        late: "redriven",
        redrives: 2,
        reason: "refused",
      });
      expect(facts.next).toContain("bridge redrive --id tg:1000000001:7 --stage dev --bridge main");
      expect(text + JSON.stringify(facts)).not.toContain(secretText);
    },
  );

  test("with the same number in another chat is another message", async () => {
    expect(await find("43/5", sources([parked]))).toBeUndefined();
    expect(await find("42/6", sources([parked]))).toBeUndefined();
  });

  test("in amoCRM is shown with amoCRM's id, although its event is unknown", async () => {
    const history = [{ amocrmMessageId: uuid, msgid: "tg-1000000001-42-5" }];
    const { facts, text } = await traced("42/5", sources([], history));

    expect(facts).toMatchObject({ event: null, inAmocrm: { id: uuid } });
    expect(text).toContain("amoCRM has the message, so it was delivered");
  });

  test("of an operator in amoCRM, whose event is unknown, is not reported as delivered", async () => {
    const history = [{ amocrmMessageId: uuid, msgid: undefined }];
    const found = await trace(readName(uuid), sources([], history), "tg-1000000001-42");
    if (found === undefined) throw new Error("not found");

    expect(linesOf(found, aStage()).join("\n")).toContain("its hook was lost, or");
    expect(factsOf(found, aStage()).next).toContain("bridge reconcile --since 6h");
  });

  const shown = {
    id: "tg:1000000001:7",
    ...sent,
    direction: "to-amocrm",
    steps: [{ step: "show-message", id: uuid }],
  };
  const history = [{ amocrmMessageId: uuid, msgid: "tg-1000000001-42-5" }];

  test("in amoCRM is shown with its event, where a note of activity names it", async () => {
    const notes = [
      { id: "tg:1000000001:6", activeAtMillis: nowMillis - 1000 },
      { id: "tg:1000000001:7", activeAtMillis: nowMillis + 1000 },
    ];
    const { facts } = await traced("42/5", sources([shown], history, notes));

    expect(facts).toMatchObject({ event: { id: "tg:1000000001:7" }, inAmocrm: { id: uuid } });
  });

  test("is found by amoCRM's id only in its chat", async () => {
    const from = sources([], history);

    expect(await find(uuid, from)).toBeUndefined();
    expect(await trace(readName(uuid), from, "tg-1000000001-42")).toMatchObject({
      life: undefined,
      inAmocrm: { id: uuid },
    });
  });

  test("with a file does not show the file's address", async () => {
    const path = "f/0123456789abcdef0123456789abcdef/photo.jpg";
    const items = [
      {
        id: "tg:1:7",
        ...sent,
        direction: "to-amocrm",
        steps: [
          { step: "keep-file", id: path },
          { step: "show-message", id: uuid },
        ],
      },
    ];
    const { facts, text } = await traced("tg:1:7", sources(items));

    expect(facts.event?.steps).toEqual([{ step: "keep-file" }, { step: "show-message", id: uuid }]);
    expect(text).toContain(`keep-file, show-message ${uuid}`);
    expect(text).not.toContain(path);
  });
});

test.each([
  { name: "nothing", items: [] },
  { name: "an item that has outlived its time", items: [{ id: eventId, ...sent, expiresAt: 1 }] },
])("$name is unknown", async ({ items }) => {
  expect(await find(uuid, sources(items))).toBeUndefined();
});

test("at most two hundred messages of a chat are searched", async () => {
  let looked = 0;
  const endless: TraceSources = {
    ...sources([]),
    async *history() {
      for (;;) {
        looked += 1;
        yield { amocrmMessageId: "x", msgid: "tg-1000000001-42-1", sentAtMillis: 0, hook: "" };
      }
    },
  };

  expect(await find("42/5", endless)).toBeUndefined();
  expect(looked).toBe(200);
});
