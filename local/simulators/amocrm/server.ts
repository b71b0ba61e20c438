import { answerControl } from "../control.ts";
import { Faults, faultAnswer, runUnderFault } from "../faults.ts";
import { callerOf, listen } from "../../http.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import { createAccount, findByEitherId } from "./account.ts";
import type { Account } from "./account.ts";
import { AmocrmRefusal, usualBody } from "./answers.ts";
import { Attachments } from "./attachments.ts";
import { answerChatsApi } from "./chats-api.ts";
import { phonesIn } from "./contact-fields.ts";
import { controlRoutes } from "./control.ts";
import { FetchedFiles } from "./fetched-files.ts";
import { Hooks } from "./hooks.ts";
import { MainApi } from "./main-api.ts";
import { Operator } from "./operator.ts";
import type { AmocrmSimulator, AmocrmSimulatorOptions, SimulatedAmocrmCall } from "./types.ts";

export type { AmocrmSimulator } from "./types.ts";

/** Starts an amoCRM account with one channel on the loopback interface. It prints nothing. */
export async function startAmocrmSimulator(
  options: AmocrmSimulatorOptions,
): Promise<AmocrmSimulator> {
  const account = createAccount(options);
  const closing = new AbortController();
  const faults = new Faults();
  const hooks = new Hooks(account, faults, closing.signal);
  const mainApi = new MainApi(account);
  const attachments = new Attachments(() => server.origin);
  const operator = new Operator(account, hooks, attachments);
  const files = new FetchedFiles({
    mayFetch: options.mayFetch,
    delayMillis: options.fetchDelayMillis ?? 100,
    signal: closing.signal,
  });
  account.onFile = (link) => files.fetchLater(link);
  const calls: SimulatedAmocrmCall[] = [];

  const answerCall = async (request: SimulatedRequest): Promise<SimulatedAnswer | undefined> => {
    const { method, path } = request;
    const atMillis = account.now();
    let reason: string | undefined;
    const answer = await runUnderFault<SimulatedAnswer>(
      faults.take(`${method} ${path}`, conversationOf(account, request)),
      closing.signal,
      () => {
        try {
          if (path.startsWith("/v2/origin/custom/")) return answerChatsApi(account, request);
          if (path.startsWith("/api/v4/")) return mainApi.answer(request);
          if (path.startsWith("/attachments/")) return attachments.serve(path);
          return { status: 404 };
        } catch (error) {
          if (!(error instanceof AmocrmRefusal)) throw error;
          reason = error.message;
          return error.answer;
        }
      },
      (fault, status) => faultAnswer(fault, status, usualBody(path, status)),
    );
    const status = answer?.status ?? 0;
    const caller = callerOf(request);
    const call = { caller, method, path, status, atMillis, reason };
    calls.push(call);
    options.onCall?.(call);
    return answer;
  };

  const server = await listen((request) =>
    request.path.startsWith("/_sim/")
      ? answerControl(request, faults, controlRoutes(simulator, account))
      : answerCall(request),
  );

  const simulator: AmocrmSimulator = {
    origin: server.origin,
    scopeId: account.scopeId,
    setHookUrl(url) {
      if (!URL.canParse(url)) throw new Error(`not a URL: ${url}`);
      hooks.url = url;
    },
    async operatorSays(conversationId, text) {
      const [said = { messageId: "", status: 0 }] = await operator.sends(conversationId, { text });
      return said;
    },
    operatorSends: (conversationId, message) => operator.sends(conversationId, message),
    limitTexts(longestText) {
      account.longestText = longestText;
    },
    addAttachment: (file) => attachments.add(file),
    operatorReacts: (messageId, emoji, shape = "msgid") => operator.reacts(messageId, emoji, shape),
    operatorTypes: (conversationId) => operator.types(conversationId),
    closeTalk: (conversationId) => operator.setsTalk(conversationId, false),
    reopenTalk: (conversationId) => operator.setsTalk(conversationId, true),
    sendHook: (body, { raw, ...rest } = {}) => hooks.send(raw ?? JSON.stringify(body), rest),
    messages: (from = 0) =>
      account.messages.slice(from).map((message) => ({
        ...message,
        deliveryStatus: [...message.deliveryStatus],
        reactions: [...message.reactions],
      })),
    fetched: () => [...files.all],
    mediaOf(messageId) {
      const message = findByEitherId(account, messageId);
      return message && files.latest("media", message.id);
    },
    avatarOf(clientId) {
      const person = account.peopleByClientId.get(clientId);
      return person && files.latest("avatar", person.id);
    },
    async fetchAgain(messageId) {
      const message = findByEitherId(account, messageId);
      const address = message?.content["media"];
      if (message === undefined || typeof address !== "string" || address === "") {
        throw new Error(`There is no message ${messageId} with a file.`);
      }
      return files.fetchNow({ purpose: "media", ownerId: message.id, address });
    },
    calls: () => [...calls],
    contacts: () =>
      [...account.contacts.values()].map(({ id, name, fields }) => ({
        id,
        name,
        phones: phonesIn(fields),
        chats: account.links.filter((link) => link.contactId === id).map((link) => link.chatId),
      })),
    leads: () => [...account.leads],
    faults,
    async close() {
      closing.abort();
      await server.close();
    },
  };
  return simulator;
}

/** Our conversation id, where a call names it. For faults that affect only one chat. */
function conversationOf(account: Account, request: SimulatedRequest): string | undefined {
  for (const segment of request.path.split("/")) {
    const found = account.chats.get(segment) ?? account.messageById.get(segment);
    if (found !== undefined) return found.conversationId;
  }
  try {
    const body = JSON.parse(request.body.toString("utf8")) as {
      conversation_id?: string;
      payload?: { conversation_id?: string };
    } | null;
    return body?.payload?.conversation_id ?? body?.conversation_id;
  } catch {
    return undefined;
  }
}
