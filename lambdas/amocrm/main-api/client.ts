import * as z from "zod/mini";
import { PermanentFailure, TransientFailure } from "../../model/failure.ts";
import type { Now, Secret } from "../../model/runtime.ts";
import { call } from "../../http/call.ts";
import type { Answer, Fetch } from "../../http/call.ts";
import { isJson, failureOf, readIfPossible } from "../chats/failures.ts";
import { wellFormed, isObject } from "../../http/untrusted.ts";

const timeoutMillis = 10_000;
const blockSeconds = 900;

/** The address of the main API, and the token for it. */
export type MainApiOptions = {
  readonly origin: string;
  readonly token: Secret<{ readonly token: string }>;
  readonly now: Now;
  readonly fetch?: Fetch;
};

/** amoCRM's main API with the current long-lived token. When amoCRM refuses the token, it is read again. */
export type MainApi = {
  /** False when no token is set. Then the caller must make no call. */
  isAvailable(): Promise<boolean>;
  /**
   * Returns a success: an answer with any 2xx status, or with the status that the caller accepts too. Throws
   * the failure behind any other answer.
   */
  request(
    method: string,
    path: string,
    body?: object,
    options?: { readonly acceptedStatus?: number },
  ): Promise<Answer>;
};

/** amoCRM refused some fields of the request, and has carried out nothing of it. */
export class RefusedFields extends PermanentFailure {
  /** Such as `custom_fields_values.0.field_id`. */
  readonly paths: readonly string[];

  constructor(paths: readonly string[]) {
    super("refused-by-amocrm", "amoCRM refused fields");
    this.paths = paths;
  }
}

const validationErrors = z.looseObject({
  "validation-errors": z.array(
    z.looseObject({ errors: z.array(z.looseObject({ path: z.optional(z.string()) })) }),
  ),
});

/** @see https://www.amocrm.ru/developers/content/crm_platform/error-codes */
function refusedFields(answer: Answer): RefusedFields | undefined {
  if (answer.status !== 400) return undefined;
  const refusal = readIfPossible(validationErrors, answer);
  const errors = refusal?.["validation-errors"].flatMap((item) => item.errors);
  return errors && new RefusedFields(errors.map(({ path = "" }) => path));
}

export function mainApi({ origin, token, fetch, now }: MainApiOptions): MainApi {
  return {
    isAvailable: async () => (await token.read()).token !== "",
    async request(method, path, body, { acceptedStatus } = {}) {
      const Authorization = `Bearer ${(await token.read()).token}`;
      const json =
        body === undefined
          ? { headers: { Authorization } }
          : {
              headers: { Authorization, "Content-Type": "application/json" },
              body: JSON.stringify(wellFormed(body)),
            };
      const options = { timeoutMillis, fetch, vendor: "amocrm" } as const;
      const answer = await call(`${origin}${path}`, { method, ...json }, options);
      if (answer.status >= 200 && answer.status < 300) return answer;
      if (answer.status === acceptedStatus) return answer;
      if (answer.status === 401) await token.reread();
      // A plain 403 is a block of our address. Many calls would prolong the block.
      if (answer.status === 403 && !isJson(answer.text)) {
        throw new TransientFailure("amoCRM blocks this address", {
          isLimit: true,
          retryAfterSeconds: blockSeconds,
          needsPerson: true,
          source: { vendor: "amocrm", kind: "other", status: 403 },
        });
      }
      throw refusedFields(answer) ?? failureOf(answer, now());
    },
  };
}

/**
 * The end of a token of amoCRM's main API, in milliseconds, from its `exp`; undefined for a token without
 * it. The function does not verify the token: the token is ours, and only amoCRM judges it.
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4
 */
export function tokenExpiryMillis(token: string): number | undefined {
  const [, payload] = token.split(".");
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
    const seconds = isObject(claims) ? claims["exp"] : undefined;
    return typeof seconds === "number" && Number.isFinite(seconds) ? seconds * 1000 : undefined;
  } catch {
    return undefined;
  }
}
