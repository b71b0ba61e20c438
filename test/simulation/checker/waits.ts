import { timings } from "../../../infra/timings.ts";
import type { CallFact } from "../world/history.ts";
import { mostSkewMillis } from "../world/faults.ts";
import type { Evidence, Violation } from "./evidence.ts";

/** The clocks differ by at most this much, and waits are counted in whole seconds. */
const toleranceMillis = mostSkewMillis + 1000;
/** Other attempts know of a pause after the write that records it; see {@link isNoted}. */
const noticeMillis = 1500;

const longestInvocationMillis = timings.timeoutSeconds["delivery-sender"] * 1000;

/** No call goes to a chat, an event or the main API before its `retry_after` has passed. */
export function earlyCalls(evidence: Evidence): Violation[] {
  const { calls } = evidence;
  const found: Violation[] = [];
  for (const [index, limit] of calls.entries()) {
    if (limit.retryAfterSeconds === undefined || limit.answeredAtMillis === undefined) continue;
    if (!isNoted(limit, evidence)) continue;
    // While the table is slow, pauses are written late and read late.
    if (evidence.wasInForce("table", limit.answeredAtMillis, 60_000)) continue;
    const untilMillis = (limit.vendorAtMillis ?? 0) + limit.retryAfterSeconds * 1000;
    const early = calls
      .slice(index + 1)
      .find(
        (call) =>
          isBoundBy(limit, call) &&
          call.beganAtMillis > (limit.answeredAtMillis ?? 0) + noticeMillis &&
          call.beganAtMillis < untilMillis - toleranceMillis,
      );
    if (early === undefined) continue;
    const seconds = Math.round((untilMillis - early.beganAtMillis) / 1000);
    const about = early.attempt?.eventId ?? early.conversationId ?? "";
    const what = `${early.vendor} ${early.method} ${seconds} s before the end of a wait of ${limit.retryAfterSeconds} s (for ${limit.attempt?.eventId})`;
    found.push({ rule: "early call", about, what });
  }
  return found;
}

/**
 * Telegram's rate limit is for one chat. The main API's rate limit is for all calls. The Chats
 * API's rate limit is for the customer's event. Look-ups and status reports, which follow
 * operators' messages, wait separately.
 */
function isBoundBy(limit: CallFact, call: CallFact): boolean {
  if (call.vendor !== limit.vendor) return false;
  switch (limit.vendor) {
    case "telegram":
      return call.conversationId === limit.conversationId;
    case "main-api":
      return true;
    case "amojo":
      return limit.attempt?.direction === "to-amocrm" && isSameEvent(limit, call)
        ? true
        : call.method === limit.method && /history|delivery_status/.test(call.method);
  }
}

function isSameEvent({ attempt }: CallFact, call: CallFact): boolean {
  return attempt !== undefined && attempt.eventId === call.attempt?.eventId;
}

/** False if the process died, or if the table refused the write that records the pause. */
function isNoted(limit: CallFact, { facts }: Evidence): boolean {
  const fromMillis = limit.answeredAtMillis ?? 0;
  return !facts.some(
    (fact) =>
      (fact.kind === "died" || fact.kind === "refused") &&
      fact.sandbox === limit.sandbox &&
      fact.atMillis >= fromMillis &&
      fact.atMillis < fromMillis + longestInvocationMillis,
  );
}
