import * as z from "zod";
import { sha256 } from "../../../lambdas/http/untrusted.ts";
import { ControlAnswer, ControlRefusal, readControl } from "../control.ts";
import type { ControlRoutes } from "../control.ts";
import type { Account } from "./account.ts";
import type { AmocrmActs } from "./acts.ts";
import { crmControlRoutes } from "./crm-control.ts";
import { operatorMessageSchema } from "./operator-schemas.ts";
import type { SimulatedFetch } from "./types.ts";

const hookSchema = z
  .strictObject({
    body: z.unknown().optional(),
    raw: z.string().exactOptional(),
    signature: z.string().exactOptional(),
  })
  .refine((hook) => hook.body !== undefined || hook.raw !== undefined, {
    message: "body or raw is needed",
  });
const limitsSchema = z.strictObject({ longestText: z.int().min(1).exactOptional() });
const saySchema = z.strictObject({ text: z.string().min(1) });
const reactSchema = z.strictObject({
  /** Without it, the operator takes the reaction back. */
  emoji: z.string().min(1).exactOptional(),
  shape: z.enum(["msgid", "message"]).exactOptional(),
});

/**
 * The endpoints under `/_sim/`. With them a person answers as an operator, sends
 * hooks and reads the account.
 */
export function controlRoutes(acts: AmocrmActs, account: Account): ControlRoutes {
  return {
    ...crmControlRoutes(acts, account),
    "GET messages": () => ({
      messages: acts.messages(),
      fetched: acts.fetched().map(summary),
      chats: [...account.chats.values()],
      contacts: acts.contacts(),
      leads: acts.leads(),
    }),
    "GET messages/{id}/media": (_request, id) =>
      bytesOf(acts.mediaOf(id), `the file of message ${id}`),
    "POST messages/{id}/fetch": async (_request, id) => summary(await acts.fetchAgain(id)),
    "GET people/{id}/avatar": (_request, id) => bytesOf(acts.avatarOf(id), `the picture of ${id}`),
    "POST hooks": async (request) => {
      const { body, ...options } = readControl(request, hookSchema);
      return { status: await acts.sendHook(body, options) };
    },
    "POST limits": (request) => {
      const { longestText } = readControl(request, limitsSchema);
      acts.limitTexts(longestText);
      return { longestText: longestText ?? null };
    },
    "POST conversations/{id}/say": (request, id) =>
      acts.operatorSays(id, readControl(request, saySchema).text),
    "POST conversations/{id}/send": async (request, id) => ({
      sent: await acts.operatorSends(id, readControl(request, operatorMessageSchema)),
    }),
    "POST conversations/{id}/typing": async (_request, id) => ({
      status: await acts.operatorTypes(id),
    }),
    "POST conversations/{id}/close": (_request, id) => acts.closeTalk(id),
    "POST conversations/{id}/reopen": (_request, id) => acts.reopenTalk(id),
    "POST contacts/{id}/write-first": (request, id) =>
      acts.operatorWritesFirst(Number(id), readControl(request, saySchema).text),
    "POST messages/{id}/react": async (request, id) => {
      const { emoji, shape } = readControl(request, reactSchema);
      return { status: await acts.operatorReacts(id, emoji, shape) };
    },
    "POST attachments": ({ query, headers, body: bytes }) => {
      const fileName = query.get("name") ?? "";
      if (!/^(?!\.+$)[^/]{1,255}$/.test(fileName)) {
        throw new ControlRefusal("The query must name the file: ?name=photo.jpg.");
      }
      const contentType = headers["content-type"] ?? "application/octet-stream";
      return acts.addAttachment({ bytes, fileName, contentType });
    },
  };
}

/** The bytes of a file as an operator sees them. */
function bytesOf(fetched: SimulatedFetch | undefined, what: string): ControlAnswer {
  if (fetched?.status !== 200) {
    throw new ControlRefusal(
      `The simulator does not have ${what}: ${fetched === undefined ? "it did not go for it" : (fetched.reason ?? `it was answered ${fetched.status}`)}.`,
    );
  }
  const { bytes, contentType = "application/octet-stream" } = fetched;
  return new ControlAnswer({
    status: 200,
    body: bytes,
    headers: { "Content-Type": contentType },
  });
}

/** A fetch without its bytes. */
function summary({ bytes, ...fetched }: SimulatedFetch): object {
  return { ...fetched, sizeBytes: bytes.length, sha256: sha256(bytes) };
}
