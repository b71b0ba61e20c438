import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  attachmentHosts,
  isLoopbackAddress,
  isPublicAddress,
} from "../../../lambdas/amocrm/chats/attachment-hosts.ts";

const somewhere = { address: "8.8.8.8", family: 4 };
const addressesOf = (
  address: string,
  allowed: readonly string[],
  found: readonly { address: string; family: number }[] = [somewhere],
) => attachmentHosts(allowed, async () => found)(new URL(address));
const unavailable = { name: "PermanentFailure", reason: "attachment-unavailable" };

describe("a host", () => {
  test.each([
    { address: "https://amojo.amocrm.ru/a", allowed: "amojo.amocrm.ru" },
    { address: "https://AMOJO.amocrm.ru:443/a", allowed: "Amojo.amocrm.ru" },
    { address: "https://drive-b.amocrm.ru/a", allowed: "*.amocrm.ru" },
    { address: "https://a.b.amocrm.ru/a", allowed: "*.amocrm.ru" },
    { address: "https://files.example:8443/a", allowed: "files.example:8443" },
  ])("$address is allowed by $allowed", async ({ address, allowed }) => {
    expect(await addressesOf(address, ["other.example", allowed])).toEqual([somewhere]);
  });

  test.each([
    { address: "https://evil.example/a", allowed: "amojo.amocrm.ru" },
    { address: "https://amojo.amocrm.ru.evil.example/a", allowed: "amojo.amocrm.ru" },
    { address: "https://evilamocrm.ru/a", allowed: "*.amocrm.ru" },
    { address: "https://amocrm.ru/a", allowed: "*.amocrm.ru" },
    { address: "https://amojo.amocrm.ru@evil.example/a", allowed: "amojo.amocrm.ru" },
    { address: "https://user:word@amojo.amocrm.ru/a", allowed: "amojo.amocrm.ru" },
    { address: "https://amojo.amocrm.ru:8443/a", allowed: "amojo.amocrm.ru" },
    { address: "https://amojo.amocrm.ru:8443/a", allowed: "*.amocrm.ru" },
    { address: "https://evil.example/a", allowed: "*" },
    { address: "https://evil.example/a", allowed: "*." },
    { address: "http://amojo.amocrm.ru/a", allowed: "amojo.amocrm.ru" },
    { address: "ftp://amojo.amocrm.ru/a", allowed: "amojo.amocrm.ru" },
    { address: "file://amojo.amocrm.ru/a", allowed: "amojo.amocrm.ru" },
    { address: "data:text/plain,a", allowed: "" },
  ])("$address is not allowed by $allowed", async ({ address, allowed }) => {
    await expect(addressesOf(address, [allowed])).rejects.toMatchObject(unavailable);
  });
});

describe("this machine", () => {
  const loopback = { address: "127.0.0.1", family: 4 };

  test.each(["127.0.0.1:8081", "localhost:8081"])("is allowed at %s alone", async (entry) => {
    expect(await addressesOf(`http://${entry}/a`, [entry], [loopback])).toEqual([loopback]);
    for (const other of [
      "http://127.0.0.1:8082/a",
      "http://localhost:8082/a",
      `https://${entry}/a`,
      "http://127.0.0.2:8081/a",
    ]) {
      await expect(addressesOf(other, [entry], [loopback])).rejects.toMatchObject(unavailable);
    }
  });

  test.each(["http://0x7f.1:8081/a", "http://2130706433:8081/a"])(
    "is recognised in other spellings: %s",
    async (address) => {
      expect(await addressesOf(address, ["127.0.0.1:8081"])).toEqual([loopback]);
      await expect(addressesOf(address, ["amojo.amocrm.ru"])).rejects.toMatchObject(unavailable);
    },
  );

  test("is not another host with the same name", async () => {
    await expect(
      addressesOf("http://localhost:8081/a", ["localhost:8081"], [somewhere]),
    ).rejects.toMatchObject(unavailable);
  });
});

describe("an allowed name", () => {
  const special = `
    0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1
    172.31.255.255 192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1
    198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1
    ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8 ::127.0.0.1
    64:ff9b::7f00:1 64:ff9b:1::1 100::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0
    fec0::1 ff02::1 2001::1 2001:db8::1 2002:7f00:1::`;

  test.each(special.trim().split(/\s+/))(
    "that resolves to %s is refused, even next to a public address",
    async (address) => {
      const family = address.includes(":") ? 6 : 4;
      for (const found of [[{ address, family }], [somewhere, { address, family }]]) {
        await expect(
          addressesOf("https://amojo.amocrm.ru/a", ["amojo.amocrm.ru"], found),
        ).rejects.toMatchObject(unavailable);
      }
    },
  );

  test("that resolves to no address is refused", async () => {
    await expect(
      addressesOf("https://amojo.amocrm.ru/a", ["amojo.amocrm.ru"], []),
    ).rejects.toMatchObject(unavailable);
  });

  test.each(["https://10.0.0.1/a", "https://[::1]/a", "https://[fd00:ec2::254]/a"])(
    "may not be a special address itself: %s",
    async (address) => {
      const { host } = new URL(address);

      await expect(addressesOf(address, [host])).rejects.toMatchObject(unavailable);
    },
  );

  test.each(["1.1.1.1", "100.128.0.1", "172.32.0.1", "198.20.0.1", "2606:4700::1", "2a00:1450::1"])(
    "that resolves to %s is called there",
    async (address) => {
      const found = [{ address, family: address.includes(":") ? 6 : 4 }];

      expect(await addressesOf("https://amojo.amocrm.ru/a", ["amojo.amocrm.ru"], found)).toEqual(
        found,
      );
    },
  );
});

test("no address is both public and this machine's, and no text is either", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (address) => {
      expect(isPublicAddress(address) && isLoopbackAddress(address)).toBe(false);
    }),
  );
  for (const word of ["", "localhost", "1.2.3", "::g"]) {
    expect([isPublicAddress(word), isLoopbackAddress(word)]).toEqual([false, false]);
  }
});
