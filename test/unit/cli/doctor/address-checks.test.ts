import { expect, test } from "@jest/globals";
import { isOwnDomain } from "../../../../cli/doctor/address.ts";
import { aStage, outputs } from "../support.ts";
import {
  answered,
  dayMillis,
  judge,
  known,
  notKnown,
  nowMillis,
  silent,
  textOf,
  theAddress,
} from "./facts.ts";
import type { Row } from "./facts.ts";

const ofAws = "abc123.execute-api.eu-central-1.amazonaws.com";
const atAws = { stage: aStage({ outputs: { ...outputs, WebhookUrl: `https://${ofAws}` } }) };
const on = "--stage dev --bridge main";
const deploy = "npx cdk deploy dev/main";
const lost = "amoCRM's hooks are lost";
const aCertificate = (differing: { fault?: string; days?: number; protocol?: string }) =>
  theAddress({
    certificate: known({
      fault: differing.fault,
      endsAtMillis: nowMillis + (differing.days ?? 100) * dayMillis,
      protocol: differing.protocol ?? "TLSv1.2",
    }),
  });

const rows: readonly Row[] = [
  {
    id: "address-name",
    when: "it does not resolve",
    facts: theAddress({ addresses: known([]) }),
    state: "fault",
    says: ["no IPv4 address", lost, "point api.example to the output WebhookDnsTarget"],
  },
  {
    id: "address-name",
    when: "AWS chose the host, which needs no record",
    facts: { ...theAddress({ addresses: known([]) }), ...atAws },
    state: "fault",
    says: [`${ofAws} has no IPv4 address`, `| ${deploy}`],
  },
  {
    id: "address-certificate",
    when: "there is no connection to the host that AWS chose",
    facts: { ...theAddress({ certificate: notKnown }), ...atAws },
    state: "fault",
    says: [`| ${deploy}`],
  },
  {
    id: "address-name",
    when: "it is a laptop run",
    facts: theAddress({ addresses: undefined }),
    state: "not-applicable",
    says: ["laptop run"],
  },
  {
    id: "address-certificate",
    when: "it belongs to another host",
    facts: aCertificate({ fault: "ERR_TLS_CERT_ALTNAME_INVALID" }),
    state: "fault",
    says: ["is not valid (ERR_TLS_CERT_ALTNAME_INVALID)", lost, "certificate of api.example"],
  },
  {
    id: "address-certificate",
    when: "it expires in a week",
    facts: aCertificate({ days: 7 }),
    state: "warning",
    says: ["TLSv1.2, 7 days left", "renew"],
  },
  {
    id: "address-certificate",
    when: "it is valid for exactly 30 days",
    facts: aCertificate({ days: 30 }),
    state: "ok",
    says: ["30 days left"],
  },
  {
    id: "address-certificate",
    when: "AWS itself will renew it",
    facts: { ...aCertificate({ days: 7 }), ...atAws },
    state: "ok",
    says: ["7 days left"],
  },
  {
    id: "address-certificate",
    when: "the host speaks an old TLS",
    facts: aCertificate({ protocol: "TLSv1.1" }),
    state: "fault",
    says: ["TLSv1.1", "only TLS 1.2 or later"],
  },
  {
    id: "address-certificate",
    when: "there is no connection",
    facts: theAddress({ certificate: notKnown }),
    state: "fault",
    says: ["could not be seen", lost],
  },
  {
    id: "address-certificate",
    when: "it is a laptop run",
    facts: theAddress({ certificate: undefined }),
    state: "not-applicable",
    says: [],
  },
  {
    id: "telegram-route",
    when: "there is no answer",
    facts: theAddress({ telegramRoute: silent }),
    state: "fault",
    says: ["ECONNREFUSED", deploy],
  },
  {
    id: "telegram-route",
    when: "the function fails",
    facts: theAddress({ telegramRoute: answered(503) }),
    state: "fault",
    says: ["answers 503", deploy],
  },
  {
    id: "telegram-route",
    when: "another API answers",
    facts: theAddress({ telegramRoute: answered(404) }),
    state: "fault",
    says: ["another API answers", deploy],
  },
  {
    id: "amocrm-route",
    when: "it has another scope",
    facts: theAddress({ amocrmRoute: known(answered(404)) }),
    state: "fault",
    says: ["another scope", lost, `bridge connect ${on}`],
  },
  {
    id: "amocrm-route",
    when: "unsigned hooks are accepted",
    facts: theAddress({ amocrmRoute: known(answered(200)) }),
    state: "fault",
    says: ["without a secret or a signature", "any person can write"],
  },
  {
    id: "amocrm-route",
    when: "there is no scope id",
    facts: theAddress({ amocrmRoute: notKnown }),
    state: "unknown",
    says: [],
  },
  {
    id: "default-endpoint",
    when: "the bridge answers at the AWS address",
    facts: theAddress({ defaultEndpoint: known(answered(401)) }),
    state: "warning",
    says: ["also answers", deploy],
  },
  {
    id: "default-endpoint",
    when: "the gateway forbids it",
    facts: theAddress({ defaultEndpoint: known(answered(403)) }),
    state: "ok",
    says: ["off"],
  },
  {
    id: "default-endpoint",
    when: "the bridge has no own domain",
    facts: theAddress({ defaultEndpoint: undefined }),
    state: "not-applicable",
    says: ["only address"],
  },
];

test.each(rows)("$id, when $when: $state", ({ id, facts, state, says }) => {
  const finding = judge(id, facts);

  expect(finding.state).toBe(state);
  for (const words of says) expect(textOf(finding)).toContain(words);
});

test.each([
  { host: "hooks.example.com", own: true },
  { host: "abc123.execute-api.eu-central-1.amazonaws.com", own: false },
  { host: "abc123.execute-api.cn-north-1.amazonaws.com.cn", own: false },
  { host: "execute-api.example.com", own: true },
  { host: "d111111abcdef8.cloudfront.net", own: false },
  { host: "cloudfront.net.example.com", own: true },
])("$host is the bridge's own domain: $own", ({ host, own }) => {
  expect(isOwnDomain(host)).toBe(own);
});
