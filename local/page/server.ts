import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { openServer, parseJson, sendAnswer } from "../http.ts";
import type { Listening, SimulatedAnswer, SimulatedRequest } from "../http.ts";
import type { Run } from "../run.ts";
import type { BreakIt } from "./break-it.ts";
import type { PageFiles } from "./build.ts";
import type { Feed } from "./feed.ts";
import { answerMedia } from "./media.ts";
import { refusalOf } from "./guard.ts";
import type { Kind } from "./guard.ts";

const maxBodyBytes = 64 * 1024 * 1024;

const maxUnreadBytes = 64 * 1024 * 1024;

const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

/** What the page's server needs of a run. */
export type PageParts = {
  readonly run: Pick<Run, "telegram" | "amocrm">;
  readonly files: PageFiles;
  readonly feed: Feed;
  readonly breakIt: BreakIt | undefined;
  /** Brings the feed up to date, for a page that opens. */
  readonly refresh: () => Promise<void>;
  readonly port: number;
};

/**
 * Serves the page of a run on a loopback port of its own: the page, `GET /stream`, `POST /act/…` and
 * `GET /media/…`. It answers only to a loopback host with its own port, so that no tunnel and no name of
 * another site leads to it.
 */
export async function openPageServer(parts: PageParts): Promise<Listening> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const [path = "/", query = ""] = (request.url ?? "/").split(/\?(.*)/s, 2);
    const kind = kindOf(path);
    const refusal = refusalOf(kind, request, new URL(server.origin).port);
    if (refusal !== undefined) return refuse(request, response, refusal);
    const { method = "GET" } = request;
    if (method !== (kind === "act" ? "POST" : "GET")) {
      return refuse(request, response, { status: 405, error: `${method} is not answered here.` });
    }
    if (kind === "stream") return stream(parts, response);
    if (kind === "act") {
      // A body of unknown length could be endless. A browser always says how long its body is.
      if (!(Number(request.headers["content-length"]) <= maxBodyBytes)) {
        const error = "Expected a body with its Content-Length, of at most 64 MB.";
        // The rest of the body is not read.
        response.setHeader("connection", "close");
        return refuse(request, response, { status: 413, error });
      }
      const body = await buffer(request);
      const asked = {
        method,
        path,
        query: new URLSearchParams(query),
        headers: request.headers,
        body,
      };
      return sendAnswer(response, await act(parts, asked));
    }
    if (kind === "media") return sendAnswer(response, answerMedia(parts.run, path));
    const file = parts.files.get(path);
    const missing = { status: 404, error: "There is no such page." };
    if (file === undefined) return refuse(request, response, missing);
    sendAnswer(response, { status: 200, headers: { "content-type": file.type }, body: file.body });
  };
  const server = await openServer(
    (request, response) => void handle(request, response).catch(() => response.destroy()),
    parts.port,
    "PAGE_PORT",
  );
  return server;
}

function kindOf(path: string): Kind {
  if (path === "/stream") return "stream";
  if (path.startsWith("/act/")) return "act";
  return path.startsWith("/media/") ? "media" : "page";
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, error }: { readonly status: number; readonly error: string },
): void {
  request.resume();
  sendAnswer(response, { status, body: { error } });
}

async function stream({ feed, refresh }: PageParts, response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "application/x-ndjson; charset=utf-8" });
  await refresh().catch(() => undefined);
  if (response.destroyed) return;
  const stop = feed.follow((entry) => {
    response.write(`${JSON.stringify(entry)}\n`);
    // A page that sleeps in its tab does not read. It asks again when it wakes.
    if (response.writableLength > maxUnreadBytes) response.destroy();
  });
  response.on("close", stop);
}

/** An act of the page: a control request of a simulator, or a switch. */
async function act(
  { run: { telegram, amocrm }, breakIt }: PageParts,
  request: SimulatedRequest,
): Promise<SimulatedAnswer> {
  const [, side = "", rest = ""] = /^\/act\/([a-z]+)\/(.+)$/.exec(request.path) ?? [];
  const control = { ...request, path: `/_sim/${rest}` };
  if (side === "telegram" && telegram !== undefined) return telegram.control(control);
  if (side === "amocrm" && amocrm !== undefined) return amocrm.control(control);
  if (side !== "break" || breakIt?.has(rest) !== true) {
    return { status: 404, body: { error: "There is no such act in this run." } };
  }
  const { on, chatId } = (parseJson(request.body) ?? {}) as { on?: unknown; chatId?: unknown };
  try {
    await breakIt.turn(rest, on !== false, typeof chatId === "number" ? { chatId } : {});
    return { status: 200, body: { ok: true } };
  } catch (error) {
    return {
      status: 400,
      body: { error: error instanceof Error ? error.message : "Not possible." },
    };
  }
}
