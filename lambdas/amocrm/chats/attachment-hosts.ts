import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { isIP, BlockList } from "node:net";
import { PermanentFailure } from "../../model/failure.ts";

/** Returns all addresses of a host name, the best first. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveName: Resolve = (hostname) => lookup(hostname, { all: true, order: "ipv4first" });

/**
 * The hosts that may hold attachments. The author of a hook must not choose the hosts that the bridge
 * calls.
 */
export class AttachmentHosts {
  readonly #entries: readonly string[];
  readonly #resolve: Resolve;

  /**
   * An entry is a host (`amojo.amocrm.ru`), all hosts under a host (`*.amocrm.ru`), or a port of this
   * machine (`127.0.0.1:8081`, `localhost:8081`). Only a port of this machine may be called over plain
   * http.
   */
  constructor(entries: readonly string[], resolve: Resolve = resolveName) {
    this.#entries = entries.map((entry) => entry.toLowerCase());
    this.#resolve = resolve;
  }

  /**
   * The addresses to connect to. A caller must connect only to these checked addresses, because the name
   * may resolve to others the next time. Throws PermanentFailure "attachment-unavailable" for a place
   * that the bridge does not fetch from.
   */
  async addressesOf(url: URL): Promise<readonly LookupAddress[]> {
    const isLocal = url.protocol === "http:" && /^(127\.0\.0\.1|localhost):\d+$/.test(url.host);
    const isFetchable = isLocal || url.protocol === "https:";
    const hasUser = url.username !== "" || url.password !== "";
    if (!isFetchable || hasUser || !this.#allows(url.host, isLocal)) throw notAllowed();
    const hostname = url.hostname.replace(/^\[|\]$/g, "");
    const family = isIP(hostname);
    const addresses =
      family === 0 ? await this.#resolve(hostname) : [{ address: hostname, family }];
    const isFit = isLocal ? isLoopbackAddress : isPublicAddress;
    const areFit = addresses.length > 0 && addresses.every(({ address }) => isFit(address));
    if (!areFit) throw notAllowed();
    return addresses;
  }

  /** A host with a port is an entry of its own. `host` omits the default port of the protocol. */
  #allows(host: string, isLocal: boolean): boolean {
    return this.#entries.some(
      (entry) =>
        entry === host || (!isLocal && /^\*\../.test(entry) && host.endsWith(entry.slice(1))),
    );
  }
}

function notAllowed(): PermanentFailure {
  return new PermanentFailure(
    "attachment-unavailable",
    "an attachment of a host that is not allowed",
  );
}

/**
 * Addresses that are not of the public internet, or that lead to inner addresses.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const special = blockList([
  ["0.0.0.0", 8, "ipv4"], // this network
  ["10.0.0.0", 8, "ipv4"], // private
  ["100.64.0.0", 10, "ipv4"], // behind a provider's NAT
  ["127.0.0.0", 8, "ipv4"], // loopback, where Lambda's runtime API answers
  ["169.254.0.0", 16, "ipv4"], // link-local, where AWS answers with credentials
  ["172.16.0.0", 12, "ipv4"], // private
  ["192.0.0.0", 24, "ipv4"], // protocols
  ["192.0.2.0", 24, "ipv4"], // documentation
  ["192.88.99.0", 24, "ipv4"], // 6to4 relays
  ["192.168.0.0", 16, "ipv4"], // private
  ["198.18.0.0", 15, "ipv4"], // benchmarks
  ["198.51.100.0", 24, "ipv4"], // documentation
  ["203.0.113.0", 24, "ipv4"], // documentation
  ["224.0.0.0", 4, "ipv4"], // multicast
  ["240.0.0.0", 4, "ipv4"], // reserved, and broadcast
  ["2001::", 23, "ipv6"], // protocols, Teredo among them
  ["2001:db8::", 32, "ipv6"], // documentation
  ["2002::", 16, "ipv6"], // 6to4: holds an IPv4 address
  ["3fff::", 20, "ipv6"], // documentation
]);

/** All IPv6 addresses that registries hand out. Mapped, local and translated addresses lie outside. */
const globalUnicast = blockList([["2000::", 3, "ipv6"]]);

const loopback = blockList([
  ["127.0.0.0", 8, "ipv4"],
  ["::1", 128, "ipv6"],
]);

/** True for an address of the public internet; false for a text that is no address. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, "ipv4");
    case 6:
      // A zone (`fe80::1%eth0`) makes it an address of this machine's network.
      return (
        !address.includes("%") &&
        globalUnicast.check(address, "ipv6") &&
        !special.check(address, "ipv6")
      );
    default:
      return false;
  }
}

/** True for an address of this machine. */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  return (
    family !== 0 &&
    !address.includes("%") &&
    loopback.check(address, family === 4 ? "ipv4" : "ipv6")
  );
}

function blockList(
  subnets: readonly (readonly [network: string, prefix: number, family: "ipv4" | "ipv6"])[],
): BlockList {
  const list = new BlockList();
  for (const [network, prefix, family] of subnets) list.addSubnet(network, prefix, family);
  return list;
}
