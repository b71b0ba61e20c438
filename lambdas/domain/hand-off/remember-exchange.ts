import type { Now } from "../../ports/clock.ts";
import type { Transcript } from "../../ports/transcript.ts";
import type { StepContext, StepResult } from "../delivery.ts";
import type { StepOf } from "../step.ts";

/** Keeps what the customer wrote and the bot said, for the operator who takes the talk over. */
export async function rememberExchange(
  { event, acceptedAtMillis, texts }: StepOf<"remember-exchange">,
  { entry, conversations }: StepContext,
  { transcript, now }: { readonly transcript: Transcript; readonly now: Now },
): Promise<StepResult> {
  const { conversationId } = event;
  // Read again: an operator may have taken the talk over meanwhile, which stands.
  const { saidCount = 0, handOff } = (await conversations.findAgain(conversationId)) ?? {};
  const replies = texts.map((text, index) => ({
    text,
    telegramMessageId: entry.steps[index]?.id ?? "",
  }));
  const number = saidCount + 1;
  await transcript.put(conversationId, number, { event, acceptedAtMillis, replies }, now());
  const isBack = handOff === undefined || (handOff === "closed" && event.command !== "end");
  const news = { saidCount: number, ...(isBack ? { handOff: "bot" as const } : {}) };
  await conversations.update(conversationId, news);
  return {};
}
