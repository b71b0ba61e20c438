import { computed, effect, signal } from "@preact/signals";
import { chatOfCustomer, chosenOrFirst, customerOfChat } from "./counterparts.ts";
import { model } from "./store.ts";

/** The chosen customer: the id of the chat on the phone. */
export const selectedCustomer = signal<number | undefined>(undefined);
/** The chosen chat on the desk, by amoCRM's id. */
export const selectedChat = signal<string | undefined>(undefined);
/** The event whose timeline is open in the middle. */
export const selectedEvent = signal<string | undefined>(undefined);

/** The customer on the phone: the chosen one, else the first one that wrote. */
export const shownCustomer = computed(() =>
  chosenOrFirst(
    selectedCustomer.value,
    [...model.value["phone-chat"].values()].map(({ id }) => id),
  ),
);

/** The chat on the desk: the chosen one, else the chat of the customer on the phone, else the first one. */
export const shownChat = computed(() => {
  const customer = shownCustomer.value;
  const own = customer === undefined ? undefined : chatOfCustomer(model.value, customer)?.id;
  // The chosen customer's chat comes a little later than the choice.
  if (selectedChat.value === undefined && customer !== undefined) return own;
  return chosenOrFirst(selectedChat.value ?? own, model.value["desk-chat"].keys());
});

/** Chooses a customer on the phone, and their chat on the desk. */
export function chooseCustomer(id: number): void {
  selectedCustomer.value = id;
  selectedChat.value = undefined;
}

/** Chooses a chat on the desk, and its customer on the phone. */
export function chooseChat(id: string): void {
  selectedChat.value = id;
  selectedCustomer.value = customerOfChat(model.value, id) ?? selectedCustomer.value;
}

/** Keeps the choice in the browser's tab, so that a reload shows the same chat. */
export function rememberSelection(storage: Pick<Storage, "getItem" | "setItem">): void {
  const stored = Number(storage.getItem("customer"));
  if (stored !== 0) selectedCustomer.value = stored;
  effect(() => {
    const id = selectedCustomer.value;
    if (id !== undefined) storage.setItem("customer", String(id));
  });
}
