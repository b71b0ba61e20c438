import { PermanentFailure } from "../model/failure.ts";
import { pieceMsgidOf } from "../model/ids.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { CrmContent, CrmMessage } from "../model/crm.ts";
import type { PieceForm } from "../model/stores.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import type { Piece } from "../model/message.ts";
import { textsForOperators } from "../delivery/settings.ts";
import { authorOf, messageOf, showNewPiece, showOnce, showPiece } from "./show-piece.ts";
import type { ShowDependencies, ShowMessage } from "./show-piece.ts";

/** Shows a piece of a customer's message, new or edited. */
export function showMessage(
  step: ShowMessage,
  context: StepContext,
  deps: ShowDependencies,
): Promise<StepResult> {
  const { event, piece } = step;
  const show = () =>
    event.kind === "edit"
      ? showEditedPiece(step, context, deps)
      : showNewPiece(step, context, deps);
  if (authorOf(event, deps.settings) === "customer") return show();
  // amoCRM gets this as the bot's words to the customer. They must not come back as an operator's message.
  const words = piece.content.type === "text" ? piece.content.text : "";
  return deps.echo.importing(event.conversationId, words, show, context);
}

/**
 * Shows a piece of an edited message. It rewrites a piece that amoCRM has, and adds a piece that is new.
 * After the last piece of the edit, it empties the pieces that are left over. When amoCRM does not have the
 * piece, or has it in another form, the edit becomes a separate message. A retry of any call does no harm.
 */
async function showEditedPiece(
  step: ShowMessage,
  { entry, conversations }: StepContext,
  deps: ShowDependencies,
): Promise<StepResult> {
  const { event, piece } = step;
  const silent = event.isOutgoing === true;
  const { avatarAddress, amojoChatId } = await deps.openConversation(event, conversations, {
    isLive: !silent,
  });
  const message: CrmMessage = { ...messageOf(step, { avatarAddress }, false, deps), silent };
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
  { event, piece }: ShowMessage,
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
    // For a first piece, the store keeps the form only when it is not a text.
    if (form === undefined && message.content.type !== "text") {
      await empty(piece.number, "text", event.msgid, message, deps);
    }
    const words = newsOf(piece);
    const place = [event.msgid, piece.number, words] as const;
    // Telegram also sends edits that change nothing visible.
    if (await deps.shownPieces.isLastEdit(...place)) return { outcome: "unchanged" };
    // The id must be the same at every attempt, also after a redrive. The estimated time is not.
    const msgid = `${piece.msgid}-edit-${event.updateId}`;
    const content = withNote(message.content, deps);
    const id = await showOnce({ ...message, msgid, content }, amojoChatId, entry, deps);
    // This write comes after the message. An attempt that dies in between shows the message again,
    // which does no harm.
    await deps.shownPieces.rememberEdit(...place, deps.now());
    return { id };
  }
}

/** The content that an edit may write over that form, if any: an edit never changes a message's form. */
function inPlaceOf(
  content: CrmContent,
  { content: edited }: Piece,
  form: PieceForm | undefined,
): CrmContent | undefined {
  if (form === undefined || form === content.type) return content;
  // The bridge cannot fetch the file again, so the file in amoCRM stays.
  const isNotKept =
    edited.type === "media" && edited.media.kind === form && content.type === "text";
  return isNotKept ? { type: "emptied", was: form, text: content.text } : undefined;
}

/** What a person sees of a piece. A file counts by its facts: its Telegram file id changes. */
function newsOf({ content, forwardedFrom, quote }: Piece): string {
  if (content.type !== "media") return JSON.stringify([content, forwardedFrom, quote]);
  const { source: _source, smaller: _smaller, ...facts } = content.media;
  return JSON.stringify([{ ...content, media: facts }, forwardedFrom, quote]);
}

function withNote(content: CrmContent, { settings }: ShowDependencies): CrmContent {
  if (content.type === "contact") return content;
  return { ...content, text: `${textsForOperators(settings).edited} ${content.text}` };
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

/** Says that a piece was removed: amoCRM deletes no message and accepts no empty text. */
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
    // A piece that amoCRM does not have needs no such word.
    if (!(error instanceof PermanentFailure)) throw error;
  }
}
