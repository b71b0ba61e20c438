import { describe, expect, test } from "@jest/globals";
import { MemoryShownPieces } from "../../support/memory/stores.ts";
import { PermanentFailure, TransientFailure } from "../../../lambdas/model/failure.ts";
import type { MessageContent } from "../../../lambdas/model/content.ts";
import { carry } from "../../support/carried-customer-event.ts";
import { aCustomerEvent } from "../../support/events.ts";
import { aFakeCrm } from "../../support/fake-crm.ts";
import type { CrmCall } from "../../support/fake-crm.ts";
import { aFile, fakeFiles } from "../../support/fake-files.ts";

const text = (words: string): MessageContent => ({ type: "text", text: words });
const file = (source: string, caption?: string): MessageContent => ({
  type: "media",
  media: { kind: "picture", source, fileName: `${source}.jpg` },
  ...(caption === undefined ? {} : { text: caption }),
});
const files = () => fakeFiles(aFile("one"), aFile("two"), aFile("three"));
const sends = ["a1", "a2", "a3", "a4"] as const;
const saying = (kind: "message" | "edit", content: MessageContent, ...further: MessageContent[]) =>
  aCustomerEvent({ kind, content, further });
const refused = () => new PermanentFailure("refused-by-amocrm", "amoCRM answered 400");

/** The calls with content: method, number of the piece, and content. */
const summaryOf = (calls: readonly CrmCall[]) =>
  calls.flatMap((call) =>
    "message" in call
      ? [
          [
            call.method.replace("Message", ""),
            call.message.msgid.slice(11),
            call.message.content.type,
          ],
        ]
      : [],
  );

const shown = (id: string) => ({ step: "show-message", id });
const storedFile = (id: string) => ({ step: "keep-file", id });

describe("a customer's message with files in it", () => {
  test("is shown piece by piece in order and in one second, and each file is stored before its piece", async () => {
    const event = saying("message", text("Broken:"), file("p1"), text("and"), file("p2"));

    const { crm, bench } = await carry(event, { crm: aFakeCrm({ sends }), files: files() });

    expect(summaryOf(crm.calls)).toEqual([
      ["send", "", "text"],
      ["send", ".2", "picture"],
      ["send", ".3", "text"],
      ["send", ".4", "picture"],
    ]);
    const times = crm.messages().map(({ sentAtMillis }) => sentAtMillis);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times.map((each) => Math.floor(each / 1000))).size).toBe(1);
    expect(bench.entry()).toMatchObject({
      state: "sent",
      steps: [
        shown("a1"),
        storedFile("path-1.jpg"),
        shown("a2"),
        shown("a3"),
        storedFile("path-2.jpg"),
        shown("a4"),
      ],
    });
  });

  test("is continued at the step where it stopped, with nothing lost and nothing duplicated", async () => {
    const down = () => new TransientFailure("amoCRM answered 500");
    const crm = aFakeCrm({ sends: ["a1", down(), "a2", down(), "a3"] });
    const event = saying("message", text("Broken:"), file("p1"), text("end"));

    const { mediaStore, bench } = await carry(event, { crm, files: files(), attempts: 3 });

    expect(mediaStore.stored).toHaveLength(1);
    expect(bench.entry()).toMatchObject({
      state: "sent",
      steps: [shown("a1"), storedFile("path-1.jpg"), shown("a2"), shown("a3")],
    });
  });

  test("sends the customer one notice of files that are too large, after all the rest", async () => {
    const tooLarge = () => new PermanentFailure("file-too-large");
    const event = saying("message", file("p1"), file("p2"), text("end"));

    const { crm, messenger, bench } = await carry(event, {
      crm: aFakeCrm({ sends }),
      files: fakeFiles(tooLarge(), tooLarge()),
    });

    expect(summaryOf(crm.calls).map(([, , type]) => type)).toEqual(["text", "text", "text"]);
    expect(messenger.sent).toMatchObject([{ text: expect.stringContaining("20 MB") }]);
    expect(bench.entry()).toMatchObject({ state: "sent" });
  });

  test("replies to another message with its first piece alone", async () => {
    const quote = {
      telegramMessageId: "3",
      from: "customer",
      text: "When?",
      isPart: false,
    } as const;
    const event = { ...saying("message", text("See"), text("and")), quote };

    const { crm } = await carry(event, { crm: aFakeCrm({ sends }) });

    expect(crm.messages().map(({ repliesTo }) => repliesTo)).toEqual([
      { msgid: "tg-700-42-3" },
      undefined,
    ]);
  });
});

describe("an attempt with little time left", () => {
  const event = saying("message", file("p1"), file("p2"));
  const leftAt = async (leftMillis: number) => {
    const { bench } = await carry(event, { crm: aFakeCrm({ sends }), files: files(), attempts: 0 });
    const deadlineMillis = bench.clock.now() + leftMillis;
    const verdict = await bench.attempt({ direction: "to-amocrm", deadlineMillis });
    return { verdict, entry: bench.entry() };
  };

  test("of under 40 s returns the event to the queue before a file, and counts no attempt", async () => {
    expect(await leftAt(39_999)).toMatchObject({
      verdict: { kind: "retry", afterSeconds: 0 },
      entry: { state: "waiting", attempts: 0, steps: [] },
    });
  });

  test("of 40 s starts with the file", async () => {
    expect(await leftAt(40_000)).toMatchObject({
      verdict: { kind: "done" },
      entry: { state: "sent" },
    });
  });
});

describe("an edit of a message", () => {
  const edited = async (
    before: readonly [MessageContent, ...MessageContent[]],
    after: readonly [MessageContent, ...MessageContent[]],
    crm = aFakeCrm({ sends }),
  ) => {
    const shownPieces = new MemoryShownPieces();
    const first = { shownPieces, crm: aFakeCrm({ sends }), files: files() };
    await carry(saying("message", ...before), first);
    const { bench } = await carry(saying("edit", ...after), {
      shownPieces,
      crm,
      files: files(),
      operatorLanguage: "en",
      attempts: 2,
    });
    expect(bench.entry()).toMatchObject({ state: "sent" });
    return crm;
  };

  test("rewrites the existing pieces", async () => {
    const crm = await edited([text("a"), file("p"), text("b")], [text("A"), file("p"), text("B")]);

    expect(summaryOf(crm.calls)).toEqual([
      ["edit", "", "text"],
      ["edit", ".2", "picture"],
      ["edit", ".3", "text"],
    ]);
  });

  test("adds new pieces under ids by which the next edit finds them", async () => {
    const crm = await edited([text("a")], [text("A"), text("B"), text("C")]);

    expect(summaryOf(crm.calls)).toEqual([
      ["edit", "", "text"],
      ["send", ".2", "text"],
      ["send", ".3", "text"],
    ]);
  });

  test("empties the pieces that are left over, each in its own form", async () => {
    const crm = await edited([text("a"), file("p"), text("b")], [text("A")]);

    expect(summaryOf(crm.calls)).toEqual([
      ["edit", "", "text"],
      ["edit", ".2", "emptied"],
      ["edit", ".3", "emptied"],
    ]);
    expect(crm.messages().slice(1)).toMatchObject([
      { content: { was: "picture", text: "[removed]" } },
      { content: { was: "text", text: "[removed]" } },
    ]);
  });

  test("adds a piece of another form next to the existing one, which is emptied", async () => {
    const crm = await edited([text("a"), file("p")], [text("A"), text("no photo")]);

    expect(summaryOf(crm.calls)).toMatchObject([
      ["edit", "", "text"],
      ["edit", ".2", "emptied"],
      ["send", expect.stringMatching(/^\.2-edit-\d+$/), "text"],
    ]);
    expect(crm.messages().at(-1)).toMatchObject({ content: { text: "[edited] no photo" } });
  });

  test("whose file is unavailable leaves the existing file and shows its new text", async () => {
    const shownPieces = new MemoryShownPieces();
    const before = { shownPieces, crm: aFakeCrm({ sends }), files: files() };
    await carry(saying("message", file("p", "teh scratch")), before);
    const crm = aFakeCrm({ sends });
    const gone = fakeFiles(new PermanentFailure("attachment-unavailable"));

    await carry(saying("edit", file("p", "the scratch")), {
      shownPieces,
      crm,
      files: gone,
      operatorLanguage: "en",
    });

    expect(summaryOf(crm.calls)).toEqual([["edit", "", "emptied"]]);
    expect(crm.messages()).toMatchObject([
      { content: { was: "picture", text: expect.stringMatching(/\nthe scratch$/) } },
    ]);
  });

  test("leaves no old caption when the first piece changes from a file to a text", async () => {
    const crm = await edited([file("p")], [text("no photo")]);

    expect(summaryOf(crm.calls)).toMatchObject([
      ["edit", "", "emptied"],
      ["send", expect.stringMatching(/^-edit-\d+$/), "text"],
    ]);
    expect(crm.messages()[0]).toMatchObject({ content: { was: "picture", text: "[removed]" } });
  });

  test("leaves no old text when the first piece changes from a text to a file", async () => {
    const crm = await edited(
      [text("Price: 100")],
      [file("p")],
      aFakeCrm({ sends, edits: [refused()] }),
    );

    expect(summaryOf(crm.calls)).toMatchObject([
      ["edit", "", "picture"],
      ["edit", "", "emptied"],
      ["send", expect.stringMatching(/^-edit-\d+$/), "picture"],
    ]);
    expect(crm.messages()[1]).toMatchObject({ content: { was: "text", text: "[removed]" } });
  });

  test("that crashes after it added a piece rewrites the piece at the next attempt", async () => {
    const crm = aFakeCrm({
      sends: ["a1", new TransientFailure("no answer", { ambiguous: true }), "a2"],
    });

    await edited([text("a")], [text("A"), text("B"), text("C")], crm);

    expect(summaryOf(crm.calls).map(([method, msgid]) => `${method}${msgid}`)).toEqual([
      "edit",
      "send.2",
      "send.3",
      "send.3",
    ]);
  });

  test("of a message that amoCRM does not have is shown as a whole", async () => {
    const crm = aFakeCrm({ sends, edits: [refused()] });
    const event = saying("edit", text("A"), text("B"));

    await carry(event, { crm, operatorLanguage: "en" });

    expect(
      crm
        .messages()
        .slice(1)
        .map(({ content }) => content),
    ).toEqual([
      { type: "text", text: "[edited] A" },
      { type: "text", text: "B" },
    ]);
  });
});
