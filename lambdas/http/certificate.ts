import { connect } from "node:tls";

/** The certificate that a host presents, and whether a client would accept it. */
export type ServedCertificate = {
  /** Undefined when the certificate is valid for the host and a known authority has signed it. */
  readonly fault: string | undefined;
  readonly endsAtMillis: number;
  readonly protocol: string;
};

/** Reads the certificate of a host by a TLS handshake, valid or not. Rejects with the connection's error. */
export function readServedCertificate(
  host: string,
  port: number,
  options: {
    /** How long the host may be silent. */
    readonly timeoutMillis: number;
    /** The authorities to trust instead of those this machine knows. */
    readonly ca?: string | undefined;
  },
): Promise<ServedCertificate> {
  const { timeoutMillis, ca } = options;
  const { promise, resolve, reject } = Promise.withResolvers<ServedCertificate>();
  const socket = connect(
    {
      host,
      port,
      servername: host,
      // The caller judges the certificate: it needs the reason, not only a refusal.
      rejectUnauthorized: false,
      ...(ca === undefined ? {} : { ca }),
    },
    () => {
      const { valid_to: end } = socket.getPeerCertificate();
      resolve({
        fault: socket.authorized ? undefined : String(socket.authorizationError),
        endsAtMillis: Date.parse(end),
        protocol: socket.getProtocol() ?? "unknown",
      });
      socket.end();
    },
  );
  const late = Object.assign(new Error("the host is silent"), { code: "timeout" });
  socket.setTimeout(timeoutMillis, () => socket.destroy(late));
  socket.on("error", reject);
  return promise;
}
