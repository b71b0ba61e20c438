import { isWellFormedSignature, verifyHook } from "../../lambdas/amocrm/webhook/signature.ts";
import { command } from "../command.ts";
import { readBytes, readSecret } from "../input.ts";

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
