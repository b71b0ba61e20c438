import type { Attached } from "../conversation/attach.tsx";
import { act } from "../store.ts";
import { t } from "../texts.ts";
import { attachmentType, operatorMessage } from "./compose.ts";
import type { Attachment } from "./compose.ts";
import { deskDrafts, forwarded } from "./state.ts";

/** amoCRM shows "typing" for five seconds after each hook. */
const typingMillis = 4000;
const typedAtMillis = new Map<string, number>();

/** Tells the bridge that the operator types, not more often than amoCRM does. */
export function noteTyping(chatId: string): void {
  const now = Date.now();
  if (now - (typedAtMillis.get(chatId) ?? 0) < typingMillis) return;
  typedAtMillis.set(chatId, now);
  void act(`amocrm/conversations/${chatId}/typing`);
}

/** Sends what the operator has written, with these files. Several files are a group. */
export async function sendAnswer(
  chatId: string,
  attachments: readonly Attachment[] = [],
): Promise<void> {
  const draft = deskDrafts.of(chatId);
  const forward = forwarded.value;
  const body = operatorMessage(draft, { attachments, forward, chooseLabel: t("chooseFromList") });
  if (body === undefined) return;
  deskDrafts.change(chatId, { text: "", replyTo: undefined, extra: "none", lines: "" });
  forwarded.value = undefined;
  const sent = await act(`amocrm/conversations/${chatId}/send`, body);
  if (sent !== undefined) return;
  // Nothing that a person wrote is lost because the act was refused.
  deskDrafts.change(chatId, draft);
  forwarded.value = forward;
}

/** Stores the files in amoCRM, and sends them with what the operator has written. */
export async function sendAttached(chatId: string, files: readonly Attached[]): Promise<void> {
  const attachments: Attachment[] = [];
  for (const { file, as } of files) {
    const address = `amocrm/attachments?name=${encodeURIComponent(file.name || "file")}`;
    const stored = await act<{ readonly id: string }>(address, file);
    if (stored === undefined) return;
    attachments.push({ id: stored.id, type: attachmentType(file.type, as) });
  }
  await sendAnswer(chatId, attachments);
}

/** Sets the operator's reaction to a message. Without an emoji it is taken back. */
export function react(messageId: string, emoji: string | undefined): Promise<unknown> {
  return act(`amocrm/messages/${messageId}/react`, emoji === undefined ? {} : { emoji });
}
