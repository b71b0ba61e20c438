import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { identifyHook } from "../adapters/amocrm/identify.ts";
import { isWellFormedSignature, signedBytes } from "../adapters/amocrm/signature.ts";
import { secretsInUse } from "../config/ingest-credentials.ts";
import type { ChannelCredentials } from "../config/ingest-credentials.ts";
import { acceptHook } from "../domain/accept-hook.ts";
import type { Envelope } from "../model/envelope.ts";
import type { Now } from "../ports/clock.ts";
import type { EventQueue } from "../ports/event-queue.ts";
import type { Logger } from "../ports/logger.ts";
import type { Secret } from "../ports/secret.ts";
import type { Spool } from "../ports/spool.ts";
import { answer, bodyOf, headerOf, lastResort, maxBodyBytes, tooLarge } from "./http.ts";

/** amoCRM waits 5 s for the answer and never repeats a hook. */
const patienceMillis = 4000;

/**
 * `POST /amocrm/{scopeId}`: 200 once an authentic hook is durable. What the queue does not take is
 * spooled; while the secret store is down hooks are taken unverified, for the sender to verify.
 */
export function createAmocrmWebhook(deps: {
  readonly channel: Secret<ChannelCredentials>;
  readonly toTelegram: EventQueue;
  readonly spool: Spool;
  readonly now: Now;
  readonly logger: Logger;
}) {
  const handle = async (
    event: APIGatewayProxyEventV2,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const deadlineMillis = deps.now() + patienceMillis;
    const body = bodyOf(event);
    if (body.length > maxBodyBytes) return tooLarge;
    const scopeId = event.pathParameters?.["scopeId"] ?? "";
    const signature = headerOf(event, "x-signature");
    const verdict = await judge({ scopeId, signature, body }, deps.channel);
    if (verdict.kind === "unknown-scope") return answer(404, "This scope is not known here.");
    if (verdict.kind === "refused") {
      const fields = { bytes: body.length };
      // Well-formed and on a known scope: a rotation we missed would look like this.
      if (isWellFormedSignature(signature)) deps.logger.error("SignatureRefused", fields);
      else deps.logger.warn("SignatureMalformed", fields);
      return answer(401, "The signature does not belong to this body.");
    }
    const isAuthentic = verdict.kind === "authentic";
    // What was added to the signed bytes on the way is nobody's word.
    const bytes = isAuthentic ? verdict.signed : body;
    const { id, group } = identifyHook(bytes, scopeId);
    const envelope: Envelope = {
      v: 1,
      id,
      group: isAuthentic ? group : "unverified",
      source: "amocrm",
      receivedAtMillis: deps.now(),
      verified: isAuthentic,
      body: Buffer.from(bytes).toString("base64"),
      scopeId,
      // Verified later, it comes outside the order of its chat.
      ...(isAuthentic ? {} : { signature, late: "unverified" }),
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

type Verdict =
  | { readonly kind: "authentic"; readonly signed: Uint8Array }
  | { readonly kind: "unverified" | "unknown-scope" | "refused" };

/** What does not fit the known secret is judged again by the secret as it is now. */
async function judge(
  hook: { readonly scopeId: string; readonly signature: string; readonly body: Buffer },
  channel: Secret<ChannelCredentials>,
): Promise<Verdict> {
  let known: ChannelCredentials;
  try {
    known = await channel.read();
  } catch {
    return { kind: isWellFormedSignature(hook.signature) ? "unverified" : "refused" };
  }
  const first = judgeBy(known, hook);
  return first.kind === "authentic" ? first : judgeBy(await channel.reread(), hook);
}

function judgeBy(
  credentials: ChannelCredentials,
  { scopeId, signature, body }: { scopeId: string; signature: string; body: Buffer },
): Verdict {
  if (scopeId !== credentials.scopeId) return { kind: "unknown-scope" };
  const signed = signedBytes(body, signature, secretsInUse(credentials));
  return signed === undefined ? { kind: "refused" } : { kind: "authentic", signed };
}
