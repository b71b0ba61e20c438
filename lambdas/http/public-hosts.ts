import type { PublicHosts } from "../model/caretaker-report.ts";
import { call, noAnswer } from "./call.ts";
import { readServedCertificate } from "./certificate.ts";

/** Our own public hosts, seen from outside: by their names, over the network. */
export class NetworkPublicHosts implements PublicHosts {
  readonly withCertificate: readonly string[];
  readonly #mediaBaseUrl: string;
  readonly #timeoutMillis: number;

  constructor(options: {
    readonly mediaBaseUrl: string;
    /** Each has TLS, on port 443 unless it names another. */
    readonly certificateHosts: readonly string[];
    readonly timeoutMillis: number;
  }) {
    this.#mediaBaseUrl = options.mediaBaseUrl;
    this.withCertificate = options.certificateHosts;
    this.#timeoutMillis = options.timeoutMillis;
  }

  async statusOfMissingFile(): Promise<number> {
    const init = { method: "HEAD", headers: {} };
    const timeoutMillis = this.#timeoutMillis;
    return (await call(`${this.#mediaBaseUrl}/no-such-file`, init, { timeoutMillis })).status;
  }

  async certificateEndsAtMillis(host: string): Promise<number> {
    const [name = "", port = "443"] = host.split(":");
    const timeoutMillis = this.#timeoutMillis;
    try {
      return (await readServedCertificate(name, Number(port), { timeoutMillis })).endsAtMillis;
    } catch (error) {
      throw noAnswer(error);
    }
  }
}
