import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { PermanentFailure } from "../../model/failure.ts";

/** Returns all addresses of a host name, the best first. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveName: Resolve = (hostname) => lookup(hostname, { all: true, order: "ipv4first" });

/**
 * Makes the function that returns the addresses to connect to for an attachment. The author of a hook must
 * not choose the hosts that the bridge calls. An entry is a host (`amojo.amocrm.ru`), all hosts under a host
 * (`*.amocrm.ru`), or a port of this machine (`127.0.0.1:8081`, `localhost:8081`). Only a port of this
 * machine may be called over plain http. A caller must connect only to these checked addresses, because the
 * name may resolve to others the next time. The function throws PermanentFailure "attachment-unavailable"
 * for a place that the bridge does not fetch from.
 */
export function attachmentHosts(
  entries: readonly string[],
  resolve: Resolve = resolveName,
): (url: URL) => Promise<readonly LookupAddress[]> {
  const allowed = entries.map((entry) => entry.toLowerCase());
  // A host with a port is an entry of its own. `host` omits the default port of the protocol.
  const allows = (host: string, isLocal: boolean) =>
    allowed.some(
      (entry) =>
        entry === host || (!isLocal && /^\*\../.test(entry) && host.endsWith(entry.slice(1))),
    );
  return async (url) => {
    const isLocal = url.protocol === "http:" && /^(127\.0\.0\.1|localhost):\d+$/.test(url.host);
    const isFetchable = isLocal || url.protocol === "https:";
    const hasUser = url.username !== "" || url.password !== "";
    if (!isFetchable || hasUser || !allows(url.host, isLocal)) throw notAllowed();
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    const family = isIP(hostname);
    const addresses = family === 0 ? await resolve(hostname) : [{ address: hostname, family }];
    const isFit = isLocal ? isLoopbackAddress : isPublicAddress;
    const areFit = addresses.length > 0 && addresses.every(({ address }) => isFit(address));
    if (!areFit) throw notAllowed();
    return addresses;
  };
}

function notAllowed(): PermanentFailure {
  return new PermanentFailure(
    "attachment-unavailable",
    "an attachment of a host that is not allowed",
  );
}

/** All IPv6 addresses that registries hand out. */
const globalUnicast = ipaddr.parseCIDR("2000::/3");

/**
 * True for an address of the public internet; false for an address of a special purpose, and for a text
 * that is no address.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = parse(address);
  if (parsed?.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" || parsed.match(globalUnicast);
}

/** True for an address of this machine. */
export function isLoopbackAddress(address: string): boolean {
  return parse(address)?.range() === "loopback";
}

/** The address. Undefined for one with a zone (`fe80::1%eth0`), which is of this machine's network. */
function parse(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  return isIP(address) === 0 || address.includes("%") ? undefined : ipaddr.parse(address);
}
