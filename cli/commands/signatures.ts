import {
  isWellFormedSignature,
  signRequest,
  verifyHook,
} from "../../lambdas/amocrm/webhook/signature.ts";
import { command, UsageError } from "../command.ts";
import { readBytes, readSecret } from "../input.ts";

const rfc2822 =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} (?:[+-]\d{4}|GMT|UT)$/;

const exampleDate = "Wed, 15 Dec 2021 23:12:55 +0000";

/** `bridge sign`: prints the headers of one request to the Chats API, to compare with other clients. */
export const sign = command({
  about: `Prints one JSON object with Date, Content-Type, Content-MD5 and X-Signature. The command reads the
channel secret from --secret-file or from standard input and drops one trailing newline. It signs the
bytes of the body file unchanged. It does not sign a query in --path.`,
  options: {
    method: { value: "M", required: true, about: "a word such as POST" },
    path: { value: "P", required: true, about: "for example /v2/origin/custom/…" },
    date: { value: "D", required: true, about: `RFC 2822, for example '${exampleDate}'` },
    "body-file": { value: "F", required: true, about: "the body of the request" },
    "content-type": { value: "T", about: "default: application/json" },
    "secret-file": { value: "F", about: "the channel's secret" },
  },
  async run(options, terminal) {
    const { method, path, date, "content-type": contentType } = options;
    if (!/^[A-Za-z]+$/.test(method)) throw new UsageError("--method: expected a word such as POST");
    if (!/^\/[\x21-\x7e]*$/.test(path)) {
      throw new UsageError("--path: expected a path that begins with /, without scheme and host");
    }
    if (!rfc2822.test(date) || Number.isNaN(Date.parse(date))) {
      throw new UsageError(`--date: expected RFC 2822, for example '${exampleDate}'`);
    }
    if (contentType !== undefined && !/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(contentType)) {
      throw new UsageError("--content-type: expected a media type such as application/json");
    }
    const body = await readBytes(options["body-file"], "body-file");
    const secret = await readSecret(options["secret-file"], terminal);
    const headers = signRequest(
      { method, path, date, body, ...(contentType === undefined ? {} : { contentType }) },
      secret,
    );
    terminal.stdout.write(`${JSON.stringify(headers, null, 2)}\n`);
  },
});

/** `bridge verify-hook`: checks whether an X-Signature belongs to a body. */
export const verifyHookCommand = command({
  about: `Exit code 0: valid. 1: invalid, the reason is on standard error. The command reads the channel secret
from --secret-file or from standard input. It drops one trailing newline of the secret, but not of
the body.`,
  options: {
    "body-file": { value: "F", required: true, about: "the body of the hook, unchanged" },
    signature: { value: "HEX", required: true, about: "the value of X-Signature" },
    "secret-file": { value: "F", about: "the channel's secret" },
  },
  async run({ signature, ...options }, terminal) {
    const body = await readBytes(options["body-file"], "body-file");
    const secret = await readSecret(options["secret-file"], terminal);
    if (verifyHook(body, signature, [secret])) {
      terminal.stdout.write("valid\n");
      return 0;
    }
    terminal.stderr.write(
      isWellFormedSignature(signature)
        ? "invalid: the signature was not made with this secret over this body\n"
        : `invalid: a signature is 40 hexadecimal digits, this one has ${signature.length} characters\n`,
    );
    return 1;
  },
});
