import { isMessageId, msgidOf } from "../model/ids.ts";
import type { MessageContent } from "../model/content.ts";
import type { CrmMessage } from "../model/crm.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import { showEditedPiece } from "./edit.ts";
import { authorOf, showNewPiece, showOnce } from "./show.ts";
import type { ShowDependencies, ShowMessage } from "./show.ts";
import type { StepOf } from "../delivery/step.ts";

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
  // As any words that amoCRM has for the customer, it must not come back as an operator's.
  return deps.echo.importing(event.conversationId, wordsIn(piece.content), show, context);
}

/** Shows operators what the bot said, as the channel's bot. */
export async function showBotMessage(
  step: StepOf<"show-bot-message">,
  context: StepContext,
  deps: ShowDependencies,
): Promise<StepResult> {
  const { entry, conversations } = context;
  const telegramMessageId = step.telegramMessageId ?? entry.steps.at(-1)?.id ?? "";
  // What the customer never got, operators need not read.
  if (!isMessageId(telegramMessageId)) return { outcome: "skipped" };
  const { conversationId, customer, chatId } = step.chat;
  const copy: CrmMessage = {
    conversationId,
    msgid: msgidOf(deps.settings.botId, chatId, telegramMessageId),
    customer,
    from: "bot",
    sentAtMillis: step.atMillis,
    silent: true,
    content: { type: "text", text: step.text },
  };
  const show = async () => {
    const { amojoChatId } = await deps.openConversation(step.chat, conversations);
    return { id: await showOnce(copy, amojoChatId, entry, deps) };
  };
  return deps.echo.importing(conversationId, step.text, show, context);
}

function wordsIn(content: MessageContent): string {
  return content.type === "text" ? content.text : "";
}
