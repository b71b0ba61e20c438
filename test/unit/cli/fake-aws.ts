import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SignatureV4 } from "@smithy/signature-v4";
import { Sha256 } from "../../../lambdas/ingest/aws/request-signer.ts";

export const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "hunter2-secret" };
export const account = "111122223333";

/** A refusal with AWS's code and status. */
class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** One call as AWS's documentation describes it. */
type AwsCall = {
  /** The IAM permission, such as `acm:DescribeCertificate`. */
  readonly permission: string;
  readonly region: string;
  readonly parameters: Readonly<Record<string, string>>;
};
/** Answers a call with a body: XML, or an object for JSON services. */
export type AwsAnswer = (call: AwsCall) => string | object | Promise<string | object>;

/** Throws what AWS answers for a thing that is not there, or a wrong value. */
export function refuse(
  status: number,
  code: string,
  message = "the request quotes hunter2",
): never {
  throw new Refusal(status, code, message);
}

const jsonTargets: Readonly<Record<string, string>> = {
  "AmazonSSM.GetParameter": "ssm",
  "CertificateManager.DescribeCertificate": "acm",
};
const queryVersions: Readonly<Record<string, string>> = {
  cloudformation: "2010-05-15",
  ec2: "2016-11-15",
  iam: "2010-05-08",
  sns: "2010-03-31",
  sts: "2011-06-15",
};
const restRoutes: readonly (readonly [service: string, pattern: RegExp, operation: string])[] = [
  ["route53", /^\/2013-04-01\/hostedzone\/(?<id>Z[A-Z0-9]{1,31})$/, "GetHostedZone"],
  [
    "route53",
    /^\/2013-04-01\/hostedzone\/(?<id>Z[A-Z0-9]{1,31})\/rrset$/,
    "ListResourceRecordSets",
  ],
  ["cloudfront", /^\/2020-05-31\/distribution$/, "ListDistributions"],
  ["cloudfront", /^\/2020-05-31\/response-headers-policy$/, "ListResponseHeadersPolicies"],
  ["lambda", /^\/2016-08-19\/account-settings\/?$/, "GetAccountSettings"],
  [
    "lambda",
    /^\/2015-03-31\/event-source-mappings\/(?<UUID>[0-9a-f-]{36})$/,
    "GetEventSourceMapping",
  ],
];
/** The codes with which services refuse a call that IAM does not allow. */
const denials: Readonly<Record<string, readonly [status: number, code: string]>> = {
  ec2: [403, "UnauthorizedOperation"],
  sns: [403, "AuthorizationError"],
  ssm: [400, "AccessDeniedException"],
  acm: [400, "AccessDeniedException"],
  lambda: [403, "AccessDeniedException"],
};
const globalServices = ["cloudfront", "iam", "route53"];

/**
 * Stands in for AWS's control services. It accepts only calls in the form of their protocols, with a
 * correct signature for the right service and region, and with the permission. `answers` are by
 * permission.
 */
export async function startFakeAws(answers: Readonly<Record<string, AwsAnswer>>) {
  const fake = {
    origin: "",
    calls: [] as string[],
    /** Permissions that IAM refuses. */
    denied: new Set<string>(),
    /** Regions that are not enabled refuse the credentials. */
    closedRegions: new Set<string>(),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const handle = async (request: IncomingMessage, body: string) => {
    const { service, region } = await verify(request, body, fake.origin);
    if (fake.closedRegions.has(region)) refuse(403, "UnrecognizedClientException");
    if (globalServices.includes(service) && region !== "us-east-1") {
      refuse(403, "SignatureDoesNotMatch");
    }
    const { operation, parameters } = readCall(service, request, body);
    const permission = `${service}:${operation}`;
    fake.calls.push(`${permission} ${region}`);
    if (fake.denied.has(permission))
      refuse(...(denials[service] ?? ([403, "AccessDenied"] as const)));
    const answer = answers[permission] ?? refuse(400, "InvalidAction");
    return answer({ permission, region, parameters });
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const isJson = /json/.test(request.headers["content-type"] ?? "");
      handle(request, Buffer.concat(chunks).toString()).then(
        (answer) => {
          const isXml = typeof answer === "string";
          response.writeHead(200, { "content-type": isXml ? "text/xml" : "application/json" });
          response.end(isXml ? answer : JSON.stringify(answer));
        },
        (error: unknown) => {
          const { status, code, message } =
            error instanceof Refusal ? error : new Refusal(500, "InternalFailure", String(error));
          const isLambda = /^\/20(16-08-19|15-03-31)/.test(request.url ?? "");
          if (isJson || isLambda) {
            response.writeHead(status, {
              "content-type": "application/json",
              "x-amzn-errortype": code,
            });
            return response.end(JSON.stringify({ __type: `com.amazonaws#${code}`, message }));
          }
          response.writeHead(status, { "content-type": "text/xml" });
          return response.end(
            `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
          );
        },
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  fake.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return fake;
}

/** Signs the request that arrived once more, and compares: what was signed is what was sent. */
async function verify(request: IncomingMessage, body: string, origin: string) {
  const { authorization = "" } = request.headers;
  const [, key, , region = "", service = "", names = ""] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([a-z0-9-]+)\/([a-z0-9]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$/.exec(
      authorization,
    ) ?? refuse(403, "IncompleteSignature");
  if (key !== credentials.accessKeyId) refuse(403, "InvalidClientTokenId");
  const date = String(request.headers["x-amz-date"]);
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? refuse(403, "IncompleteSignature");
  const url = new URL(request.url ?? "/", origin);
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const headers = Object.fromEntries(
    names.split(";").map((name) => [name, String(request.headers[name])]),
  );
  for (const name of ["x-amz-date", "x-amz-content-sha256"]) delete headers[name];
  const again = await signer.sign(
    {
      method: request.method ?? "",
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers,
      body,
    },
    { signingDate: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) },
  );
  if (again.headers["authorization"] !== authorization) refuse(403, "SignatureDoesNotMatch");
  if (!names.split(";").includes("host")) refuse(403, "SignatureDoesNotMatch");
  return { service, region };
}

function readCall(service: string, request: IncomingMessage, body: string) {
  const url = new URL(request.url ?? "/", "http://aws");
  const type = request.headers["content-type"] ?? "";
  if (request.method === "GET") {
    for (const [owner, pattern, operation] of restRoutes) {
      const groups = owner === service ? pattern.exec(url.pathname) : null;
      if (groups === null) continue;
      const parameters = { ...Object.fromEntries(url.searchParams), ...groups.groups };
      return { operation, parameters: parameters as Record<string, string> };
    }
    return refuse(404, "UnknownOperationException");
  }
  if (request.method !== "POST" || url.pathname !== "/") return refuse(404, "InvalidAction");
  const target = String(request.headers["x-amz-target"]);
  if (Object.hasOwn(jsonTargets, target)) {
    if (jsonTargets[target] !== service || type !== "application/x-amz-json-1.1") {
      return refuse(400, "UnknownOperationException");
    }
    const parameters = JSON.parse(body) as Record<string, string>;
    return { operation: target.split(".")[1] ?? "", parameters };
  }
  if (!type.startsWith("application/x-www-form-urlencoded")) return refuse(400, "InvalidAction");
  const { Action = "", Version, ...parameters } = Object.fromEntries(new URLSearchParams(body));
  if (queryVersions[service] !== Version) return refuse(400, "InvalidAction");
  return { operation: Action, parameters };
}
