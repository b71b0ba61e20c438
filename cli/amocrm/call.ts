import * as z from "zod";
import { formatDate, signRequest } from "../../lambdas/amocrm/webhook/signature.ts";
import { call } from "../../lambdas/http/call.ts";
import type { Answer } from "../../lambdas/http/call.ts";
import { parseObject } from "../../lambdas/http/untrusted.ts";
import { CommandFailure } from "../command.ts";
import { printable } from "../output.ts";
import { commandToSet } from "../secrets.ts";
import type { Stage } from "../stage/stage.ts";
import { vendorOf } from "./vendor.ts";
import type { Vendor } from "./vendor.ts";

const timeoutMillis = 10_000;

/** amoCRM has refused. The request was not carried out and will not be. */
export class RefusedByAmocrm extends CommandFailure {}

/** Makes one call to amoCRM. When no answer comes, it throws a sentence that names only the host. */
export async function callAmocrm(
  { name }: Vendor,
  url: string,
  init: Parameters<typeof call>[1],
): Promise<Answer> {
  return call(url, init, { timeoutMillis }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : "no answer";
    throw new CommandFailure(`${name} at ${new URL(url).host} gave ${reason}`);
  });
}

/** Reads a successful answer as JSON of the given shape. An unreadable answer counts as a failure. */
export function readSuccess<Schema extends z.ZodType>(
  { name }: Vendor,
  schema: Schema,
  { text }: Answer,
  asked: string,
): z.output<Schema> {
  const result = schema.safeParse(parseObject(Buffer.from(text)));
  if (result.success) return result.data;
  const fields = result.error.issues.map((issue) => issue.path.join(".")).filter(Boolean);
  const what = fields.length === 0 ? "" : ` without a usable ${fields.join(", ")}`;
  throw new CommandFailure(`${name} answered the ${asked} in an unknown format${what}`);
}

/** The sentence for an answer without a special case. */
export function refusal(
  { name }: Vendor,
  answer: Answer,
  asked: string,
  secrets: readonly string[],
): CommandFailure {
  const { status } = answer;
  if (status === 429 || status >= 500) {
    return new CommandFailure(`${name} answered the ${asked} with ${status}: try again later`);
  }
  if (status >= 300 && status < 400) {
    return new RefusedByAmocrm(
      `${name} answered the ${asked} with a redirect (${status}): check its address in infra/stages.ts`,
    );
  }
  const words = explanation(answer, secrets);
  return new RefusedByAmocrm(`${name} answered the ${asked} with ${status}${words}`);
}

const explained = z.object({
  error_description: z.string().optional(),
  detail: z.string().optional(),
});

/** The vendor's explanation of its refusal, after a colon. Empty when the vendor gives none. */
export function explanation({ text }: Answer, secrets: readonly string[]): string {
  const { data } = explained.safeParse(parseObject(Buffer.from(text)));
  const words = data?.error_description ?? data?.detail ?? "";
  return words === "" ? "" : `: ${printable(words, secrets)}`;
}

/** The credentials that amoCRM support issued for the channel. */
export type Channel = { readonly channelId: string; readonly current: string };

/**
 * Makes one signed call under the channel's own id. Throws a RefusedByAmocrm when amoCRM refuses the
 * channel's id or secret. The caller judges every other answer.
 * @see https://www.amocrm.ru/developers/content/chats/chat-api-reference
 */
export async function callChannel(
  stage: Stage,
  { channelId, current }: Channel,
  call: { readonly method: "POST" | "DELETE"; readonly name: string; readonly body: object },
  now: Date,
): Promise<Answer> {
  const { method } = call;
  const path = `/v2/origin/custom/${encodeURIComponent(channelId)}/${call.name}`;
  const body = Buffer.from(JSON.stringify(call.body));
  const headers = {
    ...signRequest({ method, path, date: formatDate(now), body }, current),
    // Node sends no Content-Length for a DELETE with a body, and a server would not read the body.
    "Content-Length": String(body.length),
  };
  const vendor = vendorOf(stage);
  const answer = await callAmocrm(vendor, stage.amojoOrigin + path, { method, headers, body });
  const set = (field: string) => commandToSet(stage, "amocrm-channel", field);
  if (answer.status === 403) {
    throw new RefusedByAmocrm(
      `the channel secret is wrong for channel ${channelId} (403), or this machine's clock is wrong`,
      `set it with ${set("current")}`,
    );
  }
  if (answer.status === 404) {
    throw new RefusedByAmocrm(
      `${vendor.name} has no channel ${channelId} (404)`,
      `set its id with ${set("channelId")}`,
    );
  }
  return answer;
}

/** The fault of an account's id in the chat service (`amojo_id`). Undefined when the text could be one. */
export function findAccountIdFault(accountId: string): string | undefined {
  if (/^\d+$/.test(accountId)) {
    return "this is the account's number; expected its amojo_id, such as af9945ff-1490-…";
  }
  if (/^[A-Za-z0-9-]{1,64}$/.test(accountId)) return undefined;
  return "expected an amojo_id: letters, digits and hyphens";
}

/** The options of the commands that connect or disconnect an account. */
export const accountOptions = {
  title: {
    value: "T",
    about: "name of the channel in the account; default: the channel's own name",
    faultOf: (title: string) => (title === "" ? "expected a name" : undefined),
  },
  "account-id": {
    value: "A",
    about:
      "the account's id in the chat service (amojo_id), if there is no API token that gives it",
    faultOf: findAccountIdFault,
  },
} as const;
