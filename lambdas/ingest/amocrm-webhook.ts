import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { identifyHook, isScopeId } from "../amocrm/webhook/identify.ts";
import { isWellFormedSignature, signedBytes } from "../amocrm/webhook/signature.ts";
import { parseObject } from "../http/untrusted.ts";
import { secretsInUse } from "./credentials.ts";
import type { ChannelCredentials } from "./credentials.ts";
import { acceptHook, createWideReconcileRequest, acceptBody, createRateLimit } from "./accept.ts";
import type { Packing } from "../model/stores.ts";
import type { Envelope } from "../model/envelope.ts";
import { SecretUnset } from "../model/runtime.ts";
import type {
  Now,
  EventQueue,
  Logger,
  Secret,
  Spool,
  WideReconcileRequests,
} from "../model/runtime.ts";
import { answer, bodyOf, headerOf, lastResort, notStored, timeoutMillis } from "./http.ts";

/** The limit for unverified hooks. The operators of one bridge write fewer. */
const mostUnverified = 100;
const unverifiedSpanMillis = 60_000;
/** No hook of amoCRM has ever come near this size. */
export const maxUnverifiedBytes = 262_144;

/**
 * `POST /amocrm/{scopeId}`: answers 200 when an authentic hook is durable. It spools a hook that
 * the queue does not accept. While the secret store is down, it accepts hooks unverified, within
 * limits, and the sender verifies them. While no channel is connected, it refuses all hooks. When
 * it does not accept a hook that may be amoCRM's, it asks the caretaker for a wide reconcile.
 */
export function createAmocrmWebhook(
  deps: Packing & {
    readonly channel: Secret<ChannelCredentials>;
    readonly toTelegram: EventQueue;
    readonly spool: Spool;
    readonly wideReconciles: WideReconcileRequests;
    readonly now: Now;
    readonly logger: Logger;
  },
) {
  const { channel, toTelegram: queue, spool, wideReconciles, now, logger } = deps;
  const mayPass = createRateLimit(mostUnverified, unverifiedSpanMillis);
  const requestWideReconcile = createWideReconcileRequest({
    requests: wideReconciles,
    now,
    logger,
  });
  const handle = async (
    event: APIGatewayProxyEventV2,
  ): Promise<APIGatewayProxyStructuredResultV2> => {
    const deadlineMillis = now() + timeoutMillis;
    const body = bodyOf(event);
    const scopeId = event.pathParameters?.["scopeId"] ?? "";
    const signature = headerOf(event, "x-signature");
    if (!isWellFormedSignature(signature)) {
      logger.warn("SignatureMalformed", { bytes: body.length });
      return notSigned;
    }
    const verdict = await judge({ scopeId, signature, body }, channel);
    if (verdict.kind === "unset") {
      logger.warn("HookRefused", { bytes: body.length, reason: "no channel is connected" });
      return answer(404, "No channel is connected here.");
    }
    if (verdict.kind === "unknown-scope") return answer(404, "This scope is not known here.");
    if (verdict.kind === "refused") {
      // The signature is well-formed, and the scope is known. A rotation that we missed looks like this.
      logger.error("SignatureRefused", { bytes: body.length });
      await requestWideReconcile(deadlineMillis);
      return notSigned;
    }
    if (verdict.kind === "unverified") {
      const reason = whyNotUnverified(scopeId, body, () => mayPass(now()));
      if (reason !== undefined) {
        logger.error("WebhookFailed", { reason, statusCode: 500 });
        await requestWideReconcile(deadlineMillis);
        return answer(500, "This cannot be verified now.");
      }
    }
    const isAuthentic = verdict.kind === "authentic";
    // Only the signed bytes are amoCRM's. We leave out bytes that another party added on the way.
    const bytes = isAuthentic ? verdict.signed : body;
    const { id, group } = identifyHook(bytes, scopeId);
    const carried = await acceptBody({ id, body: bytes }, deadlineMillis, deps);
    if (carried === undefined) {
      await requestWideReconcile(deadlineMillis);
      return notStored(500);
    }
    const envelope: Envelope = {
      ...carried,
      id,
      group: isAuthentic ? group : "unverified",
      source: "amocrm",
      receivedAtMillis: now(),
      verified: isAuthentic,
      scopeId,
      // The sender verifies it later, so it comes out of order in its chat.
      ...(isAuthentic ? {} : { signature, late: "unverified" }),
    };
    const accepted = await acceptHook(envelope, deadlineMillis, {
      queue,
      spool,
      now,
      logger,
    }).catch(async (error: unknown) => {
      await requestWideReconcile(deadlineMillis);
      throw error;
    });
    const { late } = envelope;
    // The ordinary case makes a line for every message. Stages leave such lines out, unless they ask.
    if (accepted === "queued" && late === undefined) logger.info("HookAccepted", { eventId: id });
    else logger.warn("HookAccepted", { eventId: id, accepted, ...(late ? { late } : {}) });
    return answer(200);
  };
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(lastResort(500, logger))
    .handler(handle);
}

const notSigned = answer(401, "The signature does not belong to this body.");

type Verdict =
  | { readonly kind: "authentic"; readonly signed: Uint8Array }
  | { readonly kind: "unverified" | "unset" | "unknown-scope" | "refused" };

/** Judges a hook by the known secret. When it does not fit, judges it by the secret as it is now. */
async function judge(
  hook: { readonly scopeId: string; readonly signature: string; readonly body: Buffer },
  channel: Secret<ChannelCredentials>,
): Promise<Verdict> {
  try {
    const first = judgeBy(await channel.read(), hook);
    return first.kind === "authentic" ? first : judgeBy(await channel.reread(), hook);
  } catch (error) {
    return { kind: error instanceof SecretUnset ? "unset" : "unverified" };
  }
}

function judgeBy(
  credentials: ChannelCredentials,
  { scopeId, signature, body }: { scopeId: string; signature: string; body: Buffer },
): Verdict {
  if (scopeId !== credentials.scopeId) return { kind: "unknown-scope" };
  const signed = signedBytes(body, signature, secretsInUse(credentials));
  return signed === undefined ? { kind: "refused" } : { kind: "authentic", signed };
}

/** Why the webhook does not accept a hook unverified. Undefined when it accepts and counts the hook. */
function whyNotUnverified(scopeId: string, body: Buffer, takes: () => boolean): string | undefined {
  if (body.length > maxUnverifiedBytes) return "unverified, and too large";
  if (!isScopeId(scopeId)) return "unverified, and no scope";
  if (parseObject(body) === undefined) return "unverified, and no JSON";
  return takes() ? undefined : "unverified, and too many";
}
