import { BlockList, isIP } from "node:net";

/**
 * Addresses that are not of the public internet, or lead to others inside.
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

/** All of IPv6 that is handed out; mapped, local and translated addresses lie outside. */
const globalUnicast = blockList([["2000::", 3, "ipv6"]]);

const loopback = blockList([
  ["127.0.0.0", 8, "ipv4"],
  ["::1", 128, "ipv6"],
]);

/** True for an address of the public internet, and for nothing that is no address. */
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
