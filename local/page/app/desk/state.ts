import { computed, effect, signal } from "@preact/signals";
import { createDrafts } from "../conversation/drafts.ts";
import { shownChat } from "../selection.ts";
import { model } from "../store.ts";
import { deskMessagesByChat } from "./chats.ts";
import type { DeskDraft } from "./compose.ts";

/** An answer that the operator has not begun. */
export const emptyDraft: DeskDraft = { text: "", replyTo: undefined, extra: "none", lines: "" };

/** The operator's drafts, by chat. */
export const deskDrafts = createDrafts<string, DeskDraft>(emptyDraft);

/** The message that the operator forwards with the next answer, in whatever chat. */
export const forwarded = signal<string | undefined>(undefined);

/** The messages of each chat of the desk. */
export const deskMessages = computed(() =>
  deskMessagesByChat(model.value["desk-message"].values()),
);

/** The newest message of each chat when an operator last had the chat open. */
export const seen = signal<ReadonlyMap<string, string>>(new Map());

/** Marks the open chat as seen with each of its messages, and keeps the marks in the browser's tab. */
export function rememberSeen(storage: Pick<Storage, "getItem" | "setItem">): void {
  try {
    seen.value = new Map(JSON.parse(storage.getItem("seen") ?? "[]") as [string, string][]);
  } catch {
    // Another program's value: the marks begin anew.
  }
  effect(() => {
    const chat = shownChat.value;
    const last = deskMessages.value.get(chat ?? "")?.at(-1)?.id;
    if (chat === undefined || last === undefined || seen.peek().get(chat) === last) return;
    const known = [...seen.peek()].filter(([id]) => model.peek()["desk-chat"].has(id));
    seen.value = new Map(known).set(chat, last);
    storage.setItem("seen", JSON.stringify([...seen.peek()]));
  });
}
