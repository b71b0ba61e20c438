import { computed, signal } from "@preact/signals";
import { createDrafts } from "../conversation/drafts.ts";
import { model } from "../store.ts";
import { messagesByChat } from "./chats.ts";

/** What a customer has begun to write, and how their next message goes out. */
export type PhoneDraft = {
  readonly text: string;
  readonly replyTo: number | undefined;
  /** The words of that message that the customer quotes. Empty for all of it. */
  readonly quote: string;
  readonly editing: number | undefined;
  readonly topic: number | undefined;
  /** The language of the customer's app, from the next message on. */
  readonly language: string | undefined;
};

/** The customers' drafts, by chat. */
export const phoneDrafts = createDrafts<number, PhoneDraft>({
  text: "",
  replyTo: undefined,
  quote: "",
  editing: undefined,
  topic: undefined,
  language: undefined,
});

/** The messages of each chat of the phone. */
export const phoneMessages = computed(() => messagesByChat(model.value["phone-message"].values()));

/** Whether the form for a new customer is open. */
export const isAddingCustomer = signal(false);
