import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { SimulatedAnswer } from "../../http.ts";
import type { FileLink, SimulatedAttachment, SimulatedFetch } from "./types.ts";

const timeoutMillis = 60_000;
const maxRedirects = 3;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

type Stored = SimulatedAttachment & { readonly bytes: Buffer; readonly contentType: string };

/** Operators' attached files. The simulator's own origin serves them to anyone who has the address. */
export type Attachments = ReturnType<typeof openAttachments>;

export function openAttachments(origin: () => string) {
  const stored = new Map<string, Stored>();
  return {
    /** Stores a file. Messages name it by its id. */
    add(file: { bytes: Uint8Array; fileName: string; contentType: string }): SimulatedAttachment {
      const id = randomUUID();
      const bytes = Buffer.from(file.bytes);
      const { fileName, contentType } = file;
      const folder = `${origin()}/attachments/${id}`;
      const attachment = {
        id,
        address: `${folder}/${encodeURIComponent(fileName)}`,
        thumbnail: `${folder}/thumbnail`,
        fileName,
        sizeBytes: bytes.length,
      };
      stored.set(id, { ...attachment, bytes, contentType });
      return attachment;
    },
    get: (id: string): SimulatedAttachment | undefined => stored.get(id),
    /** `GET /attachments/{id}/{name}`: the file's bytes, under the file's name and under a thumbnail's. */
    serve(path: string): SimulatedAnswer {
      const [, , id = ""] = path.split("/");
      const file = stored.get(id);
      const isThere =
        file !== undefined && [file.address, file.thumbnail].includes(`${origin()}${path}`);
      if (!isThere) return { status: 404 };
      return { status: 200, body: file.bytes, headers: { "Content-Type": file.contentType } };
    },
  };
}

/** Files that messages and people name by address. The simulator fetches them a short time later. */
export type FetchedFiles = ReturnType<typeof fetchedFiles>;

export function fetchedFiles({
  mayFetch = isLoopback,
  delayMillis,
  signal,
}: {
  /** Addresses that the simulator may fetch. Only this machine by default. */
  readonly mayFetch?: ((url: URL) => boolean) | undefined;
  readonly delayMillis: number;
  readonly signal: AbortSignal;
}) {
  const all: SimulatedFetch[] = [];
  const fetchFile = async (address: string): Promise<Omit<SimulatedFetch, keyof FileLink>> => {
    let url = new URL(address);
    const failed = (reason: string) => ({ status: 0, bytes: Buffer.alloc(0), reason });
    try {
      for (let hop = 0; hop <= maxRedirects; hop += 1) {
        if (!mayFetch(url)) return failed("the simulator does not fetch from there");
        const response = await fetch(url, {
          redirect: "manual",
          headers: { "User-Agent": "amoCRM amoJo/1.0" },
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMillis)]),
        });
        const { status, headers } = response;
        const location = headers.get("location");
        if (!redirects.has(status) || location === null) {
          const contentType = headers.get("content-type");
          const bytes = Buffer.from(await response.arrayBuffer());
          return { status, bytes, ...(contentType === null ? {} : { contentType }) };
        }
        await response.body?.cancel();
        url = new URL(location, url);
      }
      return failed("redirected too often");
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
  };
  /** Fetches once, as an operator's click long after the message does. Records the result. */
  const fetchNow = async (link: FileLink): Promise<SimulatedFetch> => {
    const fetched = { ...link, ...(await fetchFile(link.address)) };
    if (!signal.aborted) all.push(fetched);
    return fetched;
  };
  return {
    all: all as readonly SimulatedFetch[],
    fetchNow,
    /** Fetches later and records the result. */
    fetchLater(link: FileLink): void {
      sleep(delayMillis, undefined, { signal })
        .then(() => fetchNow(link))
        .catch(() => undefined); // the simulator is closing
    },
    /** The last fetch for a message or a person. */
    latest: (purpose: FileLink["purpose"], ownerId: string): SimulatedFetch | undefined =>
      all.findLast((file) => file.purpose === purpose && file.ownerId === ownerId),
  };
}

function isLoopback({ hostname }: URL): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}
