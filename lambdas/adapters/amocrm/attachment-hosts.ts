import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { PermanentFailure } from "../../model/failure.ts";
import { isLoopbackAddress, isPublicAddress } from "./public-address.ts";

/** Answers all addresses of a name, best first. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveName: Resolve = (hostname) => lookup(hostname, { all: true, order: "ipv4first" });

/** The hosts that attachments may lie on. Whoever can write a hook must not choose what we call. */
export class AttachmentHosts {
  readonly #entries: readonly string[];
  readonly #resolve: Resolve;

  /**
   * An entry is a host (`amojo.amocrm.ru`), all hosts under one (`*.amocrm.ru`), or a port of this
   * machine (`127.0.0.1:8081`, `localhost:8081`), which alone may be called over plain http.
   */
  constructor(entries: readonly string[], resolve: Resolve = resolveName) {
    this.#entries = entries.map((entry) => entry.toLowerCase());
    this.#resolve = resolve;
  }

  /**
   * The addresses to connect to: none but those that were checked, as a name may resolve otherwise
   * the next time. Throws PermanentFailure "attachment-unavailable" for a place we do not fetch from.
   */
  async addressesOf(url: URL): Promise<readonly LookupAddress[]> {
    const isLocal = url.protocol === "http:" && /^(127\.0\.0\.1|localhost):\d+$/.test(url.host);
    const isFetchable = isLocal || url.protocol === "https:";
    const hasUser = url.username !== "" || url.password !== "";
    if (!isFetchable || hasUser || !this.#allows(url.host, isLocal)) throw elsewhere();
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    const family = isIP(hostname);
    const addresses =
      family === 0 ? await this.#resolve(hostname) : [{ address: hostname, family }];
    const isFit = isLocal ? isLoopbackAddress : isPublicAddress;
    const areFit = addresses.length > 0 && addresses.every(({ address }) => isFit(address));
    if (!areFit) throw elsewhere();
    return addresses;
  }

  /** A host with a port is an entry of its own; the one a protocol has anyway is left out. */
  #allows(host: string, isLocal: boolean): boolean {
    return this.#entries.some(
      (entry) =>
        entry === host || (!isLocal && /^\*\../.test(entry) && host.endsWith(entry.slice(1))),
    );
  }
}

function elsewhere(): PermanentFailure {
  return new PermanentFailure("attachment-unavailable", "an attachment lies elsewhere");
}
