import { callerOf, listen, parseJson } from "../../http.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../http.ts";
import { answerControl } from "../control.ts";
import { answerUnderFault } from "../faults.ts";
import { createAccount } from "./account.ts";
import type { Account } from "./account.ts";
import { amocrmActs } from "./acts.ts";
import { AmocrmRefusal, usualBody } from "./answers.ts";
import { answerChatsApi } from "./chats-api.ts";
import { controlRoutes } from "./control.ts";
import { fetchedFiles, openAttachments } from "./files.ts";
import { messageHook, sendHook } from "./hooks.ts";
import { answerMainApi } from "./main-api.ts";
import type { AmocrmSimulatorOptions, SimulatedAmocrmCall } from "./types.ts";

/** An amoCRM account with one channel, on the loopback interface. */
export type AmocrmSimulator = Awaited<ReturnType<typeof startAmocrmSimulator>>;

/** Starts an amoCRM account with one channel on the loopback interface. It prints nothing. */
export async function startAmocrmSimulator(options: AmocrmSimulatorOptions) {
  const closing = new AbortController();
  const account = createAccount(options, closing.signal);
  const { faults, scopeId } = account;
  const attachments = openAttachments(() => server.origin);
  const files = fetchedFiles({
    mayFetch: options.mayFetch,
    delayMillis: options.fetchDelayMillis ?? 100,
    signal: closing.signal,
  });
  account.onFile = (link) => files.fetchLater(link);
  account.onBotQuestion = (chat, message) => {
    const hook = JSON.stringify(messageHook(account, chat, message));
    const { conversationId } = chat;
    void sendHook(account, hook, { conversationId }).then((status) => {
      message.hookStatus = status;
    });
  };
  const calls: SimulatedAmocrmCall[] = [];

  const answerCall = async (request: SimulatedRequest): Promise<SimulatedAnswer | undefined> => {
    const { method, path } = request;
    const atMillis = account.now();
    let reason: string | undefined;
    const answer = await answerUnderFault(
      faults.take(`${method} ${path}`, conversationOf(account, request)),
      closing.signal,
      () => {
        try {
          if (path.startsWith("/v2/origin/custom/")) return answerChatsApi(account, request);
          if (path.startsWith("/api/v4/")) return answerMainApi(account, request);
          if (path.startsWith("/attachments/")) return attachments.serve(path);
          return { status: 404 };
        } catch (error) {
          if (!(error instanceof AmocrmRefusal)) throw error;
          reason = error.message;
          return error.answer;
        }
      },
      (status) => usualBody(path, status),
    );
    const status = answer?.status ?? 0;
    const tookMillis = account.now() - atMillis;
    const call = { ...callerOf(request), method, path, status, atMillis, tookMillis, reason };
    calls.push(call);
    options.onCall?.(call);
    return answer;
  };

  const acts = amocrmActs(account, attachments, files);
  const routes = controlRoutes(acts, account);
  const control = (request: SimulatedRequest) => answerControl(request, faults, routes);
  const server = await listen((request) =>
    request.path.startsWith("/_sim/") ? control(request) : answerCall(request),
  );
  return {
    /** Serves the Chats API (`/v2/origin/custom/…`) and the main API (`/api/v4/…`). */
    origin: server.origin,
    scopeId,
    ...acts,
    calls: (): readonly SimulatedAmocrmCall[] => [...calls],
    /** Answers a control request, under `/_sim/`. */
    control,
    /** An operator's own file, by the path of its address. */
    attachment: (path: string) => attachments.serve(path),
    faults,
    close: async (): Promise<void> => {
      closing.abort();
      await server.close();
    },
  };
}

/** Our conversation id, where a call names it. For faults that affect only one chat. */
function conversationOf(account: Account, { path, body }: SimulatedRequest): string | undefined {
  for (const segment of path.split("/")) {
    const found = account.chats.get(segment) ?? account.messageById.get(segment);
    if (found !== undefined) return found.conversationId;
  }
  const named = parseJson(body) as {
    conversation_id?: string;
    payload?: { conversation_id?: string };
  } | null;
  return named?.payload?.conversation_id ?? named?.conversation_id;
}
