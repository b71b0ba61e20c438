import { expect, test } from "@jest/globals";
import { aStage } from "../support.ts";
import {
  answered,
  dayMillis,
  judge,
  known,
  notKnown,
  nowMillis,
  silent,
  textOf,
  theMedia,
} from "./facts.ts";
import type { Row } from "./facts.ts";

const aCertificate = (differing: { host?: string; fault?: string; days?: number }) =>
  theMedia({
    ...(differing.host === undefined ? {} : { host: differing.host }),
    certificate: known({
      fault: differing.fault,
      endsAtMillis: nowMillis + (differing.days ?? 100) * dayMillis,
      protocol: "TLSv1.3",
    }),
  });

const rows: readonly Row[] = [
  {
    id: "media-address",
    when: "the name leads nowhere",
    facts: theMedia({ reply: silent }),
    state: "fault",
    says: ["ECONNREFUSED", "customers' files", "point files.example to the output MediaDnsTarget"],
  },
  {
    id: "media-address",
    when: "another server answers",
    facts: theMedia({ reply: answered(404) }),
    state: "fault",
    says: ["files.example answers 404, not 403"],
  },
  {
    id: "media-address",
    when: "CloudFront chose the host, which needs no record",
    facts: theMedia({ host: "d111111abcdef8.cloudfront.net", reply: silent }),
    state: "fault",
    says: ["ECONNREFUSED", "| npx cdk deploy dev/main"],
  },
  {
    id: "media-address",
    when: "the laptop run does not answer",
    facts: {
      ...theMedia({ host: "127.0.0.1:9000", reply: silent }),
      stage: aStage({ bridge: undefined }),
    },
    state: "fault",
    says: ["| stop the laptop run and start it again"],
  },
  {
    id: "media-certificate",
    when: "CloudFront chose the host, and another program answers there",
    facts: aCertificate({ host: "d111111abcdef8.cloudfront.net", fault: "CERT_HAS_EXPIRED" }),
    state: "fault",
    says: ["| npx cdk deploy dev/main"],
  },
  {
    id: "media-address",
    when: "the stack does not report it",
    facts: { media: notKnown },
    state: "unknown",
    says: [],
  },
  {
    id: "media-certificate",
    when: "it belongs to another host",
    facts: aCertificate({ fault: "ERR_TLS_CERT_ALTNAME_INVALID" }),
    state: "fault",
    says: ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate of files.example"],
  },
  {
    id: "media-certificate",
    when: "it ends in 29 days",
    facts: aCertificate({ days: 29 }),
    state: "warning",
    says: ["29 days left", "renew the certificate of files.example"],
  },
  {
    id: "media-certificate",
    when: "it is CloudFront's own",
    facts: aCertificate({ host: "d111111abcdef8.cloudfront.net", days: 5 }),
    state: "ok",
    says: ["5 days left"],
  },
  {
    id: "media-certificate",
    when: "the host does not answer",
    facts: theMedia({ certificate: notKnown }),
    state: "unknown",
    says: [],
  },
  {
    id: "media-certificate",
    when: "it is a laptop run, which has no TLS",
    facts: { ...theMedia({ certificate: undefined }), stage: aStage({ bridge: undefined }) },
    state: "not-applicable",
    says: ["no certificate"],
  },
];

test.each(rows)("$id, when $when: $state", ({ id, facts, state, says }) => {
  const finding = judge(id, facts);

  expect(finding.state).toBe(state);
  for (const words of says) expect(textOf(finding)).toContain(words);
});
