import { signRequest } from "../../lambdas/amocrm/webhook/signature.ts";
import { readOptions, required, UsageError } from "../command.ts";
import type { Command } from "../command.ts";
import { readBytes, readSecret } from "../input.ts";

const rfc2822 =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} (?:[+-]\d{4}|GMT|UT)$/;

/** `bridge sign`: prints the headers of one request to the Chats API, to compare with other clients. */
export const sign: Command = {
  help: `Usage: npx bridge sign --method POST --path /v2/origin/custom/… --date '<RFC 2822>' --body-file F
                       [--content-type application/json] [--secret-file F]

Prints one JSON object with Date, Content-Type, Content-MD5 and X-Signature. The command reads the
channel secret from --secret-file or from standard input and drops one trailing newline. It signs the
bytes of the body file unchanged. It does not sign a query in --path.

  --date   for example 'Wed, 15 Dec 2021 23:12:55 +0000'
`,
  async run(args, terminal) {
    const options = readOptions(args, [
      "method",
      "path",
      "date",
      "content-type",
      "secret-file",
      "body-file",
    ]);
    const method = required(options.method, "method");
    const path = required(options.path, "path");
    const date = required(options.date, "date");
    const bodyFile = required(options["body-file"], "body-file");
    if (!/^[A-Za-z]+$/.test(method)) throw new UsageError("--method: expected a word such as POST");
    if (!/^\/[\x21-\x7e]*$/.test(path)) {
      throw new UsageError("--path: expected a path that begins with /, without scheme and host");
    }
    if (!rfc2822.test(date) || Number.isNaN(Date.parse(date))) {
      throw new UsageError(
        "--date: expected RFC 2822, for example 'Wed, 15 Dec 2021 23:12:55 +0000'",
      );
    }
    const contentType = options["content-type"];
    if (contentType !== undefined && !/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(contentType)) {
      throw new UsageError("--content-type: expected a media type such as application/json");
    }
    const body = await readBytes(bodyFile, "body-file");
    const secret = await readSecret(options["secret-file"], terminal);
    const headers = signRequest(
      { method, path, date, body, ...(contentType === undefined ? {} : { contentType }) },
      secret,
    );
    terminal.stdout.write(`${JSON.stringify(headers, null, 2)}\n`);
    return 0;
  },
};
