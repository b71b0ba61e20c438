import type { Attached } from "../conversation/attach.tsx";
import { createTurns } from "../conversation/turns.ts";
import { act } from "../store.ts";
import { t } from "../texts.ts";
import { attachmentType, operatorMessage } from "./compose.ts";
import type { Attachment } from "./compose.ts";
import { deskDrafts, emptyDraft, forwarded } from "./state.ts";

/** amoCRM shows "typing" for five seconds after each hook. */
const typingMillis = 4000;
/** amoCRM answers when its hook was answered: so one hook does not overtake another. */
const inTurn = createTurns<string>();
const typedAtMillis = new Map<string, number>();

/** Tells the bridge that the operator types, not more often than amoCRM does. */
export function noteTyping(chatId: string): void {
  const now = Date.now();
  if (now - (typedAtMillis.get(chatId) ?? 0) < typingMillis) return;
  typedAtMillis.set(chatId, now);
  void act(`amocrm/conversations/${chatId}/typing`);
}

/** Sends what the operator has written. */
export function sendAnswer(chatId: string): void {
  sendAttached(chatId, []);
}

/** Stores the files in amoCRM, and sends them with what the operator has written. */
export function sendAttached(chatId: string, files: readonly Attached[]): void {
  const draft = deskDrafts.of(chatId);
  const forward = forwarded.value;
  deskDrafts.change(chatId, emptyDraft);
  forwarded.value = undefined;
  void inTurn(chatId, async () => {
    const attachments = await store(files);
    const chooseLabel = t("chooseFromList");
    const body = attachments && operatorMessage(draft, { attachments, forward, chooseLabel });
    const sent = body && (await act(`amocrm/conversations/${chatId}/send`, body));
    if (sent !== undefined) return;
    // Nothing that a person wrote is lost because the act was refused.
    deskDrafts.change(chatId, { ...draft, text: draft.text + deskDrafts.of(chatId).text });
    forwarded.value ??= forward;
  });
}

async function store(files: readonly Attached[]): Promise<Attachment[] | undefined> {
  const attachments: Attachment[] = [];
  for (const { file, as } of files) {
    const address = `amocrm/attachments?name=${encodeURIComponent(file.name || "file")}`;
    const stored = await act<{ readonly id: string }>(address, file);
    if (stored === undefined) return undefined;
    attachments.push({ id: stored.id, type: attachmentType(file.type, as) });
  }
  return attachments;
}

/** Sets the operator's reaction to a message. Without an emoji it is taken back. */
export function react(messageId: string, emoji: string | undefined): Promise<unknown> {
  return act(`amocrm/messages/${messageId}/react`, emoji === undefined ? {} : { emoji });
}
