import type { PhoneMessage } from "../../stream.ts";
import type { Attached } from "../conversation/attach.tsx";
import { asPhoto } from "../conversation/samples.ts";
import { createTurns } from "../conversation/turns.ts";
import { model, act } from "../store.ts";
import type { ApiMessage } from "./bot-api.ts";
import { fileFields, formOfType, phoneOf, textFields, textsOf } from "./compose.ts";
import type { FileForm, StoredFile } from "./compose.ts";
import type { KeyboardButton } from "./keyboards.ts";
import { phoneDrafts } from "./state.ts";
import { telegramFile } from "./telegram-file.ts";

type Fields = Readonly<Record<string, unknown>>;

const measureMillis = 2000;
/** The time in which a message has surely come to the simulated Telegram. */
const takenMillis = 200;

const inTurn = createTurns<number>();

/** Sends what the customer has written: a new message, or an edit of an earlier one. */
export function sendDraft(customer: number): void {
  const { text, editing } = phoneDrafts.of(customer);
  if (text.trim() === "") return;
  if (editing !== undefined) {
    phoneDrafts.change(customer, { text: "", editing: undefined });
    const isCaption = messageOf(customer, editing)?.text === undefined;
    const message = isCaption ? { caption: text } : { text, entities: null, ...textFields(text) };
    void act(`telegram/customers/${customer}/edit`, { messageId: editing, message });
    return;
  }
  const answer = takeAnswer(customer);
  phoneDrafts.change(customer, { text: "" });
  for (const [index, part] of textsOf(text).entries()) {
    send(customer, () => textFields(part), index === 0 ? answer : {}, part);
  }
}

/** Sends any fields of a `Message`, in the chosen topic, and answers the message that the customer answers. */
export function sendFields(customer: number, fields: Fields): void {
  send(customer, () => fields, takeAnswer(customer));
}

/** Sends files. Several are an album; the text that the customer has written is their caption. */
export function sendFiles(customer: number, files: readonly Attached[]): void {
  const { text, editing } = phoneDrafts.of(customer);
  const answer = takeAnswer(customer);
  const caption: { readonly caption?: string } =
    editing === undefined && text !== "" ? { caption: text } : {};
  if (editing === undefined) phoneDrafts.change(customer, { text: "" });
  const group = files.length > 1 ? { media_group_id: String(Date.now()) } : {};
  for (const [index, each] of files.entries()) {
    const fields = async () => {
      const file = await stored(each);
      return file && { ...file, ...group, ...(index === 0 ? caption : {}) };
    };
    if (index === 0) send(customer, fields, answer, caption.caption);
    else send(customer, fields, {});
  }
}

/** Opens the chat of a new customer by their first message. */
export async function addCustomer(
  id: number,
  person: Fields,
  { text, photo }: { readonly text: string; readonly photo: Blob | undefined },
): Promise<boolean> {
  if (photo !== undefined) await act(`telegram/customers/${id}/photo`, photo);
  const sent = await act(`telegram/customers/${id}/say`, { ...person, text });
  return sent !== undefined;
}

/** Presses a button of the customer's keyboard. */
export function pressKey(customer: number, { text, sharesNumber }: KeyboardButton): void {
  if (!sharesNumber) return sendFields(customer, textFields(text));
  return void act(`telegram/customers/${customer}/share`, { phone: phoneOf(customer) });
}

/** Sets or takes back the customer's reaction to a message. Telegram allows one to a customer without Premium. */
export function toggleReaction({ chatId, messageId, reactions }: PhoneMessage, emoji: string) {
  const reactionsAfter = reactions.customer.includes(emoji) ? [] : [emoji];
  return act(`telegram/customers/${chatId}/react`, { messageId, reactions: reactionsAfter });
}

/** Sends a message in its turn. A text that was refused goes back to where the customer wrote it. */
function send(
  customer: number,
  fieldsOf: () => Fields | undefined | Promise<Fields | undefined>,
  answer: object,
  text?: string,
): void {
  const { topic, language } = phoneDrafts.of(customer);
  const inTopic = topic === undefined ? {} : { message_thread_id: topic, is_topic_message: true };
  void inTurn(customer, async () => {
    const giveBack = () => {
      if (text === undefined) return;
      phoneDrafts.change(customer, { text: text + phoneDrafts.of(customer).text });
    };
    const fields = await fieldsOf();
    if (fields === undefined) return giveBack();
    const known = model.value["phone-chat"].get(String(customer))?.customer;
    const from = language === undefined ? {} : { from: { ...known, language_code: language } };
    const message = { ...fields, ...inTopic };
    const sent = act(`telegram/customers/${customer}/send`, { message, ...answer, ...from });
    void sent.then((result) => {
      if (result === undefined) giveBack();
    });
    // Telegram takes a message at once, but answers only when the webhook has accepted it.
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, takenMillis))]);
  });
}

/** The message that the customer answers, once. */
function takeAnswer(customer: number): { replyTo?: number; quote?: string } {
  const { replyTo, quote } = phoneDrafts.of(customer);
  phoneDrafts.change(customer, { replyTo: undefined, quote: "" });
  if (replyTo === undefined) return {};
  return quote.trim() === "" ? { replyTo } : { replyTo, quote };
}

function messageOf(customer: number, messageId: number): ApiMessage | undefined {
  return model.value["phone-message"].get(`${customer}:${messageId}`)?.message;
}

/** Stores a file in the simulated Telegram. Answers its field of a `Message`; undefined after a refusal. */
async function stored({ file, as, seconds }: Attached): Promise<Fields | undefined> {
  const form: FileForm = as === "fitting" ? formOfType(file.type) : as === "file" ? "document" : as;
  const photo = form === "photo" ? await asPhoto(file) : undefined;
  const bytes = photo?.blob ?? file;
  const id = `page-${crypto.randomUUID()}`;
  if ((await act(`telegram/files/${id}`, bytes)) === undefined) return undefined;
  const base: StoredFile = { id, name: file.name, type: file.type, bytes: bytes.size, seconds };
  // A broken picture goes out as a file, as Telegram's apps do it.
  if (form === "photo" && photo === undefined) return fileFields("document", base);
  const { width, height } = photo ?? {};
  const measured = photo ? { width, height } : await measure(form, id);
  return fileFields(form, { ...base, ...measured });
}

/** The sides and the length of a stored file, as the browser reads them. Empty for what it cannot read. */
function measure(form: FileForm, id: string): Promise<Partial<StoredFile>> {
  if (form === "document" || form === "voice") return Promise.resolve({});
  if (form === "sticker") return Promise.resolve({ width: 512, height: 512 });
  return new Promise((resolve) => {
    const player = document.createElement("video");
    const done = () => {
      const { videoWidth: width, videoHeight: height, duration } = player;
      resolve({ width, height, seconds: Number.isFinite(duration) ? duration : 1 });
    };
    player.addEventListener("loadedmetadata", done);
    player.addEventListener("error", done);
    setTimeout(done, measureMillis);
    player.preload = "metadata";
    player.src = telegramFile(id);
  });
}
