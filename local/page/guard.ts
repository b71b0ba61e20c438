import type { IncomingHttpHeaders } from "node:http";
import { pageHeader } from "./stream.ts";

/** The parts of the page's address space. The page itself and its files are "page". */
export type Kind = "page" | "media" | "stream" | "act";

type Refusal = { readonly status: number; readonly error: string };

/**
 * Why a request gets no answer. Every request needs a loopback host with the page's port: a name that was
 * rebound to this machine, or a tunnel, has another one. The stream, acts and media must come from the page
 * itself: the browser says so, and a page of another site cannot. The stream and acts need a header of ours
 * as well.
 */
export function refusalOf(
  kind: Kind,
  { headers }: { readonly headers: IncomingHttpHeaders },
  port: string,
): Refusal | undefined {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
  const { host = "", origin } = headers;
  if (!hosts.includes(host)) {
    return { status: 421, error: `Expected the host 127.0.0.1:${port}: open that address.` };
  }
  if (kind === "page") return undefined;
  const isOwn = headers["sec-fetch-site"] === "same-origin" || origin === `http://${host}`;
  const isOther = origin !== undefined && origin !== `http://${host}`;
  if (!isOwn || isOther) {
    return { status: 403, error: "Only the page itself may ask for this." };
  }
  if (kind !== "media" && headers[pageHeader] !== "1") {
    return { status: 403, error: `Expected the header ${pageHeader}: 1.` };
  }
  return undefined;
}
