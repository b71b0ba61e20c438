import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { createTurns } from "../../../local/page/app/conversation/turns.ts";
import { sendAnswer, sendAttached } from "../../../local/page/app/desk/acts.ts";
import {
  deskDrafts,
  deskMessages,
  rememberSeen,
  seen,
} from "../../../local/page/app/desk/state.ts";
import { emptyModel } from "../../../local/page/app/model.ts";
import { sendDraft, sendFiles, toggleReaction } from "../../../local/page/app/phone/acts.ts";
import { phoneDrafts } from "../../../local/page/app/phone/state.ts";
import { chooseChat } from "../../../local/page/app/selection.ts";
import { model, refusal } from "../../../local/page/app/store.ts";
import type { DeskChat, DeskMessage, RunFacts } from "../../../local/page/stream.ts";

type Sent = { readonly path: string; readonly body: unknown };

/** The page's server: notes what comes, in the order of the answers' turns. */
let sent: Sent[];
let refuses: boolean;
let uploadMillis: number;
const realFetch = globalThis.fetch;
beforeEach(() => {
  phoneDrafts.change(42, { text: "" });
  sent = [];
  refuses = false;
  uploadMillis = 0;
  globalThis.fetch = async (address, { body } = {}) => {
    const path = typeof address === "string" ? address : "";
    const isRaw = body instanceof Blob;
    if (isRaw) await new Promise((resolve) => setTimeout(resolve, uploadMillis));
    sent.push({ path, body: isRaw ? "bytes" : JSON.parse(typeof body === "string" ? body : "{}") });
    if (refuses) return Response.json({ error: "Not possible." }, { status: 400 });
    return Response.json({ id: `stored-${sent.length}` });
  };
});
afterEach(() => {
  globalThis.fetch = realFetch;
});

const aFile = (name: string) => ({ file: new File(["x"], name), as: "file" as const });
async function untilSent(count: number): Promise<void> {
  for (let tries = 0; sent.length < count && tries < 500; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(sent).toHaveLength(count);
}

test("the acts of one chat wait for each other, those of others do not, and one that fails ends its turn", async () => {
  const inTurn = createTurns<string>();
  const done: string[] = [];
  const slow = Promise.withResolvers<void>();
  const first = inTurn("a", () => slow.promise.then(() => done.push("a1")));
  const second = inTurn("a", () => Promise.reject(new Error("no")));
  const third = inTurn("a", () => Promise.resolve(done.push("a3")));
  await inTurn("b", () => Promise.resolve(done.push("b")));
  slow.resolve();
  await first;
  await expect(second).rejects.toThrow("no");
  await third;
  expect(done).toEqual(["b", "a1", "a3"]);
});

describe("a customer's messages", () => {
  test("go out in the order in which they were sent, also when a file takes longer than the text after it", async () => {
    uploadMillis = 50;
    sendFiles(42, [aFile("order.txt")]);
    phoneDrafts.change(42, { text: "Here is my order" });
    sendDraft(42);
    await untilSent(3);
    expect(sent.map(({ path }) => path.replace(/page-.*/, "…"))).toEqual([
      "/act/telegram/files/…",
      "/act/telegram/customers/42/send",
      "/act/telegram/customers/42/send",
    ]);
    expect(sent[1]?.body).toMatchObject({ message: { document: { file_name: "order.txt" } } });
    expect(sent[2]?.body).toEqual({ message: { text: "Here is my order" } });
  });

  test("several files are an album, and the text is the caption of its first", async () => {
    phoneDrafts.change(42, { text: "Two photos", replyTo: 5, quote: "which" });
    sendFiles(42, [aFile("a"), aFile("b")]);
    await untilSent(4);
    const [first, second] = [sent[1], sent[3]].map(
      (each) =>
        each?.body as {
          message?: { media_group_id?: string };
        },
    );
    expect(first).toMatchObject({ message: { caption: "Two photos" }, replyTo: 5, quote: "which" });
    expect(second).not.toHaveProperty("message.caption");
    expect(second).not.toHaveProperty("replyTo");
    expect(first?.message?.media_group_id).toBe(second?.message?.media_group_id);
    expect(phoneDrafts.of(42)).toMatchObject({ text: "", replyTo: undefined, quote: "" });
  });

  test("the caption of a file that was refused is back in the field too", async () => {
    refuses = true;
    phoneDrafts.change(42, { text: "My order" });
    sendFiles(42, [aFile("order.txt")]);
    await untilSent(1);
    expect(phoneDrafts.of(42).text).toBe("My order");
  });

  test("a text that was refused is back in its field, with the sentence", async () => {
    refuses = true;
    phoneDrafts.change(42, { text: "Hello" });
    sendDraft(42);
    await untilSent(1);
    expect(phoneDrafts.of(42).text).toBe("Hello");
    expect(refusal.value).toBe("Not possible.");
  });

  test("an empty text is no message, and an edit keeps what kind of words it edits", async () => {
    const next = emptyModel();
    const reactions = { customer: ["👍"] };
    const record = { chatId: 42, messageId: 7, from: "customer" as const, reactions };
    next["phone-message"].set("42:7", { ...record, message: { photo: [], caption: "old" } });
    model.value = next;
    phoneDrafts.change(42, { text: "  " });
    sendDraft(42);
    phoneDrafts.change(42, { text: "new", editing: 7 });
    sendDraft(42);
    await toggleReaction({ ...record, message: {} }, "👍");
    await untilSent(2);
    expect(sent).toEqual([
      {
        path: "/act/telegram/customers/42/edit",
        body: { messageId: 7, message: { caption: "new" } },
      },
      { path: "/act/telegram/customers/42/react", body: { messageId: 7, reactions: [] } },
    ]);
  });
});

describe("an operator's answers", () => {
  test("files are stored first, and go out with the text as one group", async () => {
    deskDrafts.change("c1", { text: "The papers" });
    sendAttached("c1", [aFile("a b.txt"), aFile("c.txt")]);
    await untilSent(3);
    expect(sent.map(({ path }) => path)).toEqual([
      "/act/amocrm/attachments?name=a%20b.txt",
      "/act/amocrm/attachments?name=c.txt",
      "/act/amocrm/conversations/c1/send",
    ]);
    expect(sent[2]?.body).toEqual({
      text: "The papers",
      attachments: [
        { id: "stored-1", type: "file" },
        { id: "stored-2", type: "file" },
      ],
    });
  });

  test("an answer that was refused is back in its field", async () => {
    refuses = true;
    deskDrafts.change("c1", { text: "Hello", replyTo: "m1" });
    sendAnswer("c1");
    await untilSent(1);
    expect(deskDrafts.of("c1")).toMatchObject({ text: "Hello", replyTo: "m1" });
  });
});

test("the open chat is seen with each of its messages, and a reload keeps the marks", () => {
  const stored = new Map<string, string>();
  const storage = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  };
  const show = (...ids: readonly string[]) => {
    const next = { ...emptyModel(), run: { botId: "1" } as RunFacts };
    for (const id of ["c1", "c2"])
      next["desk-chat"].set(id, { id, conversationId: "" } as DeskChat);
    for (const id of ids)
      next["desk-message"].set(id, { id, chatId: id.slice(0, 2) } as DeskMessage);
    model.value = next;
  };
  show("c1-1", "c2-1");
  chooseChat("c1");
  rememberSeen(storage);
  show("c1-1", "c2-1", "c1-2", "c2-2");
  expect(deskMessages.value.size).toBe(2);
  expect([...seen.value]).toEqual([["c1", "c1-2"]]);
  chooseChat("c2");
  seen.value = new Map();
  rememberSeen(storage);
  expect(seen.value.get("c1")).toBe("c1-2");
  expect(seen.value.get("c2")).toBe("c2-2");
});
