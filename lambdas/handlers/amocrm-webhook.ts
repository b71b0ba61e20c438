import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { identifyHook } from "../adapters/amocrm/identify.ts";
import { isWellFormedSignature, verifyHook } from "../adapters/amocrm/signature.ts";
import { secretsInUse } from "../config/ingest-credentials.ts";
import type { ChannelCredentials } from "../config/ingest-credentials.ts";
import { acceptHook } from "../domain/accept-hook.ts";
import { acceptBody } from "../domain/keep-body.ts";
import type { Packing } from "../domain/keep-body.ts";
import type { Envelope } from "../model/envelope.ts";
import type { Now } from "../ports/clock.ts";
import type { EventQueue } from "../ports/event-queue.ts";
import type { Logger } from "../ports/logger.ts";
import type { Secret } from "../ports/secret.ts";
import type { Spool } from "../ports/spool.ts";
import { answer, bodyOf, headerOf, lastResort, notStored, patienceMillis } from "./http.ts";

/** Anybody can send an unverified hook, and none of amoCRM's has ever been near this. */
export const maxUnverifiedBytes = 262_144;

/**
 * `POST /amocrm/{scopeId}`: 200 once an authentic hook is durable. What the queue does not take is
 * spooled; while the secret store is down hooks are taken unverified, for the sender to verify.
 */
export function createAmocrmWebhook(
  deps: Packing & {
    readonly channel: Secret<ChannelCredentials>;
    readonly toTelegram: EventQueue;
    readonly spool: Spool;
    readonly now: Now;
    readonly logger: Logger;
  },
) {
  const handle = async (
    event: APIGatewayProxyEventV2,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const deadlineMillis = deps.now() + patienceMillis;
    const body = bodyOf(event);
    const scopeId = event.pathParameters?.["scopeId"] ?? "";
    const signature = headerOf(event, "x-signature");
    const verdict = await judge({ scopeId, signature, body }, deps.channel);
    if (verdict === "unknown-scope") return answer(404, "This scope is not known here.");
    if (verdict === "refused") {
      const fields = { bytes: body.length };
      // Well-formed and on a known scope: a rotation we missed would look like this.
      if (isWellFormedSignature(signature)) deps.logger.error("SignatureRefused", fields);
      else deps.logger.warn("SignatureMalformed", fields);
      return answer(401, "The signature does not belong to this body.");
    }
    if (verdict === "unverified" && body.length > maxUnverifiedBytes) {
      deps.logger.error("UnverifiedTooLarge", { bytes: body.length });
      return answer(500, "Please try again.");
    }
    const { id, group } = identifyHook(body, scopeId);
    const carried = await acceptBody({ id, body }, deadlineMillis, deps);
    if (carried === undefined) return notStored(500);
    const envelope: Envelope = {
      ...carried,
      id,
      group: verdict === "authentic" ? group : "unverified",
      source: "amocrm",
      receivedAtMillis: deps.now(),
      verified: verdict === "authentic",
      scopeId,
      // Verified later, it comes outside the order of its chat.
      ...(verdict === "authentic" ? {} : { signature, late: "unverified" }),
    };
    const { toTelegram: queue, spool, now, logger } = deps;
    const accepted = await acceptHook(envelope, deadlineMillis, { queue, spool, now, logger });
    const { late } = envelope;
    // The ordinary case would be a line for every message: stages leave those out, unless they ask.
    if (accepted === "queued" && late === undefined)
      deps.logger.info("HookAccepted", { eventId: id });
    else deps.logger.warn("HookAccepted", { eventId: id, accepted, ...(late ? { late } : {}) });
    return answer(200);
  };
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(lastResort(500, deps.logger))
    .handler(handle);
}

type Verdict = "authentic" | "unverified" | "unknown-scope" | "refused";

/** What does not fit the known secret is judged again by the secret as it is now. */
async function judge(
  hook: { readonly scopeId: string; readonly signature: string; readonly body: Buffer },
  channel: Secret<ChannelCredentials>,
): Promise<Verdict> {
  let known: ChannelCredentials;
  try {
    known = await channel.read();
  } catch {
    return isWellFormedSignature(hook.signature) ? "unverified" : "refused";
  }
  const first = judgeBy(known, hook);
  return first === "authentic" ? first : judgeBy(await channel.reread(), hook);
}

function judgeBy(
  credentials: ChannelCredentials,
  { scopeId, signature, body }: { scopeId: string; signature: string; body: Buffer },
): Verdict {
  if (scopeId !== credentials.scopeId) return "unknown-scope";
  return verifyHook(body, signature, secretsInUse(credentials)) ? "authentic" : "refused";
}
