import { SQSClient } from "@aws-sdk/client-sqs";
import { SignatureV4 } from "@smithy/signature-v4";
import { call } from "../../lambdas/http/call.ts";
import type { Answer } from "../../lambdas/http/call.ts";
import { parseObject } from "../../lambdas/http/untrusted.ts";
import { Sha256 } from "../../lambdas/ingest/aws/request-signer.ts";
import type { AwsConfiguration } from "../stage/stage.ts";

const timeoutMillis = 10_000;
/** The services with one address for all regions. Their calls are signed for this region. */
const globalServices = new Set(["cloudfront", "iam", "route53"]);
export const globalRegion = "us-east-1";

type Parameters = Readonly<Record<string, string>>;
type Request = {
  readonly method: "GET" | "POST";
  readonly path?: string;
  readonly query?: Parameters;
  readonly headers?: Parameters;
  readonly body?: string;
};

/**
 * Calls of AWS services for which this project has no SDK client. An SDK client of another service
 * finds the credentials. A refusal has AWS's code as its name, like an error of the SDK.
 */
export type SignedCalls = ReturnType<typeof signedCalls>;

export function signedCalls(aws: AwsConfiguration) {
  const { credentials } = new SQSClient(aws).config;
  const send = async (service: string, region: string, request: Request): Promise<Answer> => {
    const { method, path = "/", query = {}, body } = request;
    const host = globalServices.has(service) ? service : `${service}.${region}`;
    const origin = new URL(aws.endpoint ?? `https://${host}.amazonaws.com`);
    const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
    const { headers } = await signer.sign({
      method,
      protocol: origin.protocol,
      hostname: origin.hostname,
      path,
      query: { ...query },
      headers: { host: origin.host, ...request.headers },
      body,
    });
    const { host: _, ...sent } = headers;
    const search = new URLSearchParams(query).toString().replaceAll("+", "%20");
    const url = `${origin.origin}${path}${search === "" ? "" : `?${search}`}`;
    const init = { method, headers: sent, ...(body === undefined ? {} : { body }) };
    const answer = await call(url, init, { timeoutMillis });
    if (answer.status === 200) return answer;
    throw refusalOf(answer);
  };
  return {
    /** Calls an action of AWS's Query protocol, and returns the XML of the answer. */
    async query(
      service: string,
      parameters: Parameters & { readonly Action: string; readonly Version: string },
      region = aws.region,
    ): Promise<string> {
      const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
      const body = new URLSearchParams(parameters).toString();
      return (await send(service, region, { method: "POST", headers, body })).text;
    },
    /** Calls an operation of AWS's JSON protocol. */
    async json(
      service: string,
      operation: string,
      input: object,
      region = aws.region,
    ): Promise<unknown> {
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": operation };
      const body = JSON.stringify(input);
      return JSON.parse((await send(service, region, { method: "POST", headers, body })).text);
    },
    /** Reads a path of a global service with AWS's REST protocol, and returns the XML of the answer. */
    get: async (service: string, path: string, query: Parameters = {}): Promise<string> =>
      (await send(service, globalRegion, { method: "GET", path, query })).text,
  };
}

/** Reads all pages of a list, each from the mark on that the page before has in this element. */
export async function readPages(
  next: string,
  read: (mark: string | undefined) => Promise<string>,
): Promise<readonly string[]> {
  const pages: string[] = [];
  let mark: string | undefined;
  do {
    const page = await read(mark);
    pages.push(page);
    [mark] = textsIn(page, next);
  } while (mark !== undefined && mark !== "");
  return pages;
}

/** The contents of all elements of a name, in order. An element must not hold another of the same name. */
export function textsIn(xml: string, element: string): readonly string[] {
  const pattern = new RegExp(`<${element}(?:\\s[^>]*)?>([^]*?)</${element}>`, "g");
  return [...xml.matchAll(pattern)].map(([, content = ""]) => content.trim());
}

/** An error with AWS's code. The message of the answer stays out: it may quote the request. */
function refusalOf({ status, headers, text }: Answer): Error {
  const code = headers.get("x-amzn-errortype") ?? codeIn(text);
  const name = code?.replace(/^.*#/, "").replace(/:.*$/, "") ?? "Error";
  return Object.assign(new Error("AWS refused the call"), {
    name,
    $metadata: { httpStatusCode: status },
  });
}

function codeIn(text: string): string | undefined {
  const type = parseObject(Buffer.from(text))?.["__type"];
  return typeof type === "string" ? type : textsIn(text, "Code")[0];
}
