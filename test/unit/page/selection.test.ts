import { afterEach, describe, expect, test } from "@jest/globals";
import { emptyModel } from "../../../local/page/app/model.ts";
import {
  chooseChat,
  chooseCustomer,
  rememberSelection,
  selectedChat,
  selectedCustomer,
  shownChat,
  shownCustomer,
} from "../../../local/page/app/selection.ts";
import { model } from "../../../local/page/app/store.ts";
import type { DeskChat, PhoneChat, RunFacts } from "../../../local/page/stream.ts";

/** A run with these customers on the phone and these chats on the desk. */
function show(customers: readonly number[], conversations: Readonly<Record<string, string>>): void {
  const next = { ...emptyModel(), run: { botId: "1" } as RunFacts };
  for (const id of customers) next["phone-chat"].set(String(id), { id } as PhoneChat);
  for (const [id, conversationId] of Object.entries(conversations)) {
    next["desk-chat"].set(id, { id, conversationId } as DeskChat);
  }
  model.value = next;
}
const shown = () => [shownCustomer.value, shownChat.value];

describe("the same customer is on both sides", () => {
  afterEach(() => {
    selectedCustomer.value = undefined;
    selectedChat.value = undefined;
  });

  test("before a choice, the first customer", () => {
    show([42, 43], { b: "tg-1-43", a: "tg-1-42" });
    expect(shown()).toEqual([42, "a"]);
  });

  test("a choice on the phone chooses on the desk", () => {
    show([42, 43], { a: "tg-1-42", b: "tg-1-43" });
    chooseCustomer(43);
    expect(shown()).toEqual([43, "b"]);
  });

  test("a choice on the desk chooses on the phone", () => {
    show([42, 43], { a: "tg-1-42", b: "tg-1-43" });
    chooseChat("b");
    expect(shown()).toEqual([43, "b"]);
  });

  test("a customer whose chat amoCRM does not have yet gets it when it comes", () => {
    show([42, 43], { a: "tg-1-42" });
    chooseCustomer(43);
    expect(shown()).toEqual([43, undefined]);
    show([42, 43], { a: "tg-1-42", b: "tg-1-43" });
    expect(shown()).toEqual([43, "b"]);
  });

  test.each(["", "tg-1--100-dm7", "tg-2-42"])(
    "a chat of nobody on the phone leaves the phone as it is: %j",
    (conversationId) => {
      show([42, 43], { a: "tg-1-42", c: conversationId });
      chooseCustomer(43);
      chooseChat("c");
      expect(shown()).toEqual([43, "c"]);
    },
  );

  test("without the simulated Telegram, the first chat is on the desk", () => {
    show([], { a: "tg-1-42" });
    expect(shown()).toEqual([undefined, "a"]);
  });

  test("a choice of another run that is not there any more counts for nothing", () => {
    show([42], { a: "tg-1-42" });
    chooseCustomer(99);
    expect(shown()).toEqual([42, "a"]);
  });

  test("a reload keeps the choice", () => {
    const stored = new Map<string, string>();
    const storage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    };
    rememberSelection(storage);
    chooseCustomer(43);
    selectedCustomer.value = undefined;
    rememberSelection(storage);
    expect(selectedCustomer.value).toBe(43);
  });
});
