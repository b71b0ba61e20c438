import { isMessageId, msgidOf } from "../model/ids.ts";
import type { MessageContent } from "../model/content.ts";
import type { CrmMessage } from "../model/crm.ts";
import type { StepContext, StepResult } from "../delivery/attempt.ts";
import { showEditedPiece } from "./edit.ts";
import { authorOf, showNewPiece, showOnce } from "./show-piece.ts";
import type { ShowDependencies, ShowMessage } from "./show-piece.ts";
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
  // amoCRM gets this as the bot's words to the customer. They must not come back as an operator's message.
  return deps.echo.importing(event.conversationId, wordsIn(piece.content), show, context);
}

/** Shows the bot's words to operators, as a message of the channel's bot. */
export async function showBotMessage(
  step: StepOf<"show-bot-message">,
  context: StepContext,
  deps: ShowDependencies,
): Promise<StepResult> {
  const { entry, conversations } = context;
  const telegramMessageId = step.telegramMessageId ?? entry.steps.at(-1)?.id ?? "";
  // Operators need not read a message that the customer never got.
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
