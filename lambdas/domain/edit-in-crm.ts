import { PermanentFailure } from "../model/failure.ts";
import { pieceMsgidOf } from "../model/ids.ts";
import type { LedgerEntry } from "../model/ledger.ts";
import type { CrmContent, CrmMessage } from "../ports/crm-chat.ts";
import type { PieceForm } from "../ports/shown-pieces.ts";
import type { Piece } from "./pieces.ts";
import { authorOf, contentOf, showOnce, showPiece } from "./show-in-crm.ts";
import type { Said, ShowDependencies } from "./show-in-crm.ts";
import { editedText, removedText } from "./texts.ts";

/**
 * Shows a piece of an edited message: the piece that is there is rewritten, one more is added, and after
 * the last of the edit the pieces that are left over are emptied. What amoCRM does not have, or has in
 * another form, is shown as a message of its own. Every call is harmless when it is repeated.
 */
export async function editCustomers(
  said: Said & { readonly isLast: boolean },
  entry: LedgerEntry,
  deps: ShowDependencies,
): Promise<string> {
  const { event, piece } = said;
  const { avatarAddress, amojoChatId } = await deps.openConversation(event);
  const message: CrmMessage = {
    conversationId: event.conversationId,
    msgid: piece.msgid,
    customer: { ...event.customer, avatarAddress },
    from: authorOf(event, deps),
    sentAtMillis: said.sentAtMillis,
    silent: event.isOutgoing === true,
    content: contentOf(said, false, deps),
  };
  const shown = await deps.shownPieces.of(event.msgid);
  const form = shown.get(piece.number);
  const isNew = piece.number > 1 && form === undefined;
  const id = isNew
    ? await showPiece(said, message, amojoChatId, entry, deps)
    : await rewrite(said, message, form, amojoChatId, entry, deps);
  if (said.isLast) await emptyFrom(piece.number + 1, shown, said, message, deps);
  return id;
}

async function rewrite(
  { event, piece, sentAtMillis }: Said,
  message: CrmMessage,
  form: PieceForm | undefined,
  amojoChatId: string,
  entry: LedgerEntry,
  deps: ShowDependencies,
): Promise<string> {
  try {
    // amoCRM changes what a message says, never what it is.
    if (form !== undefined && form !== message.content.type) {
      await empty(piece.number, form, event.msgid, message, deps);
      throw new PermanentFailure("refused-by-amocrm", "of another form");
    }
    await deps.crm.editMessage(message);
    return "edited";
  } catch (error) {
    if (!(error instanceof PermanentFailure)) throw error;
    const words = newsOf(piece);
    const place = [event.msgid, piece.number, words] as const;
    // Telegram tells of edits that change nothing a person could see.
    if (await deps.shownPieces.isLastEdit(...place)) return "without news";
    const msgid = `${piece.msgid}-edit-${sentAtMillis}`;
    const content = withNote(message.content, deps);
    const id = await showOnce({ ...message, msgid, content }, amojoChatId, entry, deps);
    // After it was shown: an attempt that dies in between shows it again, which is harmless.
    await deps.shownPieces.rememberEdit(...place, deps.now());
    return id;
  }
}

/** What a person sees of a piece; a file goes by what is told of it, for its name at Telegram changes. */
function newsOf({ content, forwardedFrom, quote }: Piece): string {
  if (content.type !== "media") return JSON.stringify([content, forwardedFrom, quote]);
  const { source: _source, smaller: _smaller, ...told } = content.media;
  return JSON.stringify([{ ...content, media: told }, forwardedFrom, quote]);
}

function withNote(content: CrmContent, { operatorLanguage }: ShowDependencies): CrmContent {
  return content.type === "contact"
    ? content
    : { ...content, text: editedText(content.text, operatorLanguage) };
}

async function emptyFrom(
  first: number,
  shown: ReadonlyMap<number, PieceForm>,
  { event }: Said,
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
  { crm, operatorLanguage }: ShowDependencies,
): Promise<void> {
  const content = { type: "emptied", was, text: removedText(operatorLanguage) } as const;
  try {
    await crm.editMessage({ ...message, msgid: pieceMsgidOf(msgid, number), content });
  } catch (error) {
    // One that is not there after all needs no such word.
    if (!(error instanceof PermanentFailure)) throw error;
  }
}
