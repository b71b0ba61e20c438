import {
  createScope,
  getCanonicalHeaders,
  getPayloadHash,
  getSigningKey,
  SignatureV4Base,
} from "@smithy/signature-v4";
import { createHash, createHmac } from "node:crypto";

/** The process's environment, where Lambda keeps the role's credentials. */
export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

/** A request as we will send it. `headers` hold at least `host`. */
type RequestToSign = {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
};

const algorithm = "AWS4-HMAC-SHA256";

/**
 * Signs requests to one AWS service by Signature Version 4, with parts of the SDK's signer. The
 * SDK's whole class also signs URLs and event streams. No webhook calls that, and it would be a
 * fifth of a webhook's bundle.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export class RequestSigner extends SignatureV4Base {
  readonly #environment: AwsEnvironment;

  constructor(
    service: string,
    environment: AwsEnvironment,
    /** Only S3 accepts a path without escaping. */
    { uriEscapePath = true }: { uriEscapePath?: boolean } = {},
  ) {
    const region = environment["AWS_REGION"] ?? "";
    const credentials = { accessKeyId: "", secretAccessKey: "" };
    super({ service, region, credentials, sha256: Sha256, uriEscapePath });
    this.#environment = environment;
  }

  /**
   * Returns all headers of the request, with the signature. It reads the credentials each time,
   * because they change at times.
   */
  async sign(request: RequestToSign, signingDate: Date): Promise<Record<string, string>> {
    const accessKeyId = this.#environment["AWS_ACCESS_KEY_ID"] ?? "";
    const secretAccessKey = this.#environment["AWS_SECRET_ACCESS_KEY"] ?? "";
    const sessionToken = this.#environment["AWS_SESSION_TOKEN"] ?? "";
    const region = await this.regionProvider();
    const { longDate, shortDate } = this.formatDate(signingDate);
    const scope = createScope(shortDate, region, this.service);
    const payload = { ...request, query: {}, headers: { ...request.headers } };
    const payloadHash = await getPayloadHash(payload, Sha256);
    const headers: Record<string, string> = {
      ...request.headers,
      "x-amz-date": longDate,
      "x-amz-content-sha256": payloadHash,
      ...(sessionToken === "" ? {} : { "x-amz-security-token": sessionToken }),
    };
    const whole = { ...payload, headers };
    const signed = getCanonicalHeaders(whole);
    const text = await this.createStringToSign(
      longDate,
      scope,
      this.createCanonicalRequest(whole, signed, payloadHash),
      algorithm,
    );
    const credentials = { accessKeyId, secretAccessKey };
    const key = await getSigningKey(Sha256, credentials, shortDate, region, this.service);
    const mac = new Sha256(key);
    mac.update(Buffer.from(text));
    const signature = Buffer.from(await mac.digest()).toString("hex");
    return {
      ...headers,
      authorization: `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${this.getCanonicalHeaderList(signed)}, Signature=${signature}`,
    };
  }
}

/** SHA-256, with or without a key, in the form that AWS's signer needs. */
export class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Uint8Array);
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  /** Does nothing: the signer makes a new object instead. */
  reset(): void {}
}
