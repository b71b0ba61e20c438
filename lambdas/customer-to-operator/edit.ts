import { PermanentFailure } from "../model/failure.ts";
import { pieceMsgidOf } from "../model/ids.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { CrmContent, CrmMessage } from "../model/crm.ts";
import type { PieceForm } from "../model/stores.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import type { Piece } from "../model/message.ts";
import { textsForOperators } from "../delivery/settings.ts";
import { authorOf, contentOf, showOnce, showPiece } from "./show.ts";
import type { ShowDependencies, ShowMessage } from "./show.ts";
import { editedText } from "../texts/texts.ts";

/**
 * Shows a piece of an edited message: the piece that is there is rewritten, one more is added, and after
 * the last of the edit the pieces that are left over are emptied. What amoCRM does not have, or has in
 * another form, is shown as a message of its own. Every call is harmless when it is repeated.
 */
export async function showEditedPiece(
  step: ShowMessage,
  { entry, conversations }: StepContext,
  deps: ShowDependencies,
): Promise<StepResult> {
  const { event, piece } = step;
  const { avatarAddress, amojoChatId } = await deps.openConversation(event, conversations);
  const message: CrmMessage = {
    conversationId: event.conversationId,
    msgid: piece.msgid,
    customer: { ...event.customer, avatarAddress },
    from: authorOf(event, deps.settings),
    sentAtMillis: step.sentAtMillis,
    silent: event.isOutgoing === true,
    content: contentOf(step, false, deps),
  };
  const shown = await deps.shownPieces.of(event.msgid);
  const form = shown.get(piece.number);
  const isNew = piece.number > 1 && form === undefined;
  const result = isNew
    ? { id: await showPiece(step, message, amojoChatId, entry, deps) }
    : await rewrite(step, message, form, amojoChatId, entry, deps);
  if (step.isLast) await emptyFrom(piece.number + 1, shown, step, message, deps);
  return result;
}

async function rewrite(
  { event, piece, sentAtMillis }: ShowMessage,
  message: CrmMessage,
  form: PieceForm | undefined,
  amojoChatId: string,
  entry: LedgerEntry,
  deps: ShowDependencies,
): Promise<StepResult> {
  try {
    const content = inPlaceOf(message.content, piece, form);
    if (content === undefined) {
      await empty(piece.number, form ?? "text", event.msgid, message, deps);
      throw new PermanentFailure("refused-by-amocrm", "of another form");
    }
    await deps.crm.editMessage({ ...message, content });
    return {};
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    // Of a first piece only another form than a text is remembered.
    if (form === undefined && message.content.type !== "text") {
      await empty(piece.number, "text", event.msgid, message, deps);
    }
    const words = newsOf(piece);
    const place = [event.msgid, piece.number, words] as const;
    // Telegram tells of edits that change nothing a person could see.
    if (await deps.shownPieces.isLastEdit(...place)) return { outcome: "unchanged" };
    const msgid = `${piece.msgid}-edit-${sentAtMillis}`;
    const content = withNote(message.content, deps);
    const id = await showOnce({ ...message, msgid, content }, amojoChatId, entry, deps);
    // After it was shown: an attempt that dies in between shows it again, which is harmless.
    await deps.shownPieces.rememberEdit(...place, deps.now());
    return { id };
  }
}

/** What an edit may say where that form stands: amoCRM changes what a message says, never what it is. */
function inPlaceOf(
  content: CrmContent,
  { content: said }: Piece,
  form: PieceForm | undefined,
): CrmContent | undefined {
  if (form === undefined || form === content.type) return content;
  // Of a file that cannot be had again, the one that is there stays.
  const isNotKept = said.type === "media" && said.media.kind === form && content.type === "text";
  return isNotKept ? { type: "emptied", was: form, text: content.text } : undefined;
}

/** What a person sees of a piece; a file goes by what is told of it, for its name at Telegram changes. */
function newsOf({ content, forwardedFrom, quote }: Piece): string {
  if (content.type !== "media") return JSON.stringify([content, forwardedFrom, quote]);
  const { source: _source, smaller: _smaller, ...told } = content.media;
  return JSON.stringify([{ ...content, media: told }, forwardedFrom, quote]);
}

function withNote(content: CrmContent, { settings }: ShowDependencies): CrmContent {
  return content.type === "contact"
    ? content
    : { ...content, text: editedText(content.text, textsForOperators(settings)) };
}

async function emptyFrom(
  first: number,
  shown: ReadonlyMap<number, PieceForm>,
  { event }: ShowMessage,
  message: CrmMessage,
  deps: ShowDependencies,
): Promise<void> {
  const rest = [...shown].filter(([number]) => number >= first).toSorted(([a], [b]) => a - b);
  for (const [number, form] of rest) await empty(number, form, event.msgid, message, deps);
}

/** amoCRM takes no message back and no empty text: a word stands in its place. */
async function empty(
  number: number,
  was: PieceForm,
  msgid: string,
  message: CrmMessage,
  { crm, settings }: ShowDependencies,
): Promise<void> {
  const content = { type: "emptied", was, text: textsForOperators(settings).removed } as const;
  try {
    await crm.editMessage({ ...message, msgid: pieceMsgidOf(msgid, number), content });
  } catch (error) {
    // One that is not there after all needs no such word.
    if (!(error instanceof PermanentFailure)) throw error;
  }
}
