import * as z from "zod/mini";
import { TransientFailure } from "../../lambdas/model/failure.ts";
import { CommandFailure } from "../command.ts";

const signIn = "sign in (for example with aws sso login) and set AWS_PROFILE";
const refused = `AWS does not accept these credentials: ${signIn}`;
const forbidden = "the AWS credentials do not allow it: use a role with the permission";
const missing = "AWS cannot find it: deploy the stack again";
const throttled = "AWS throttles this command: try again in a minute";
const byName: Readonly<Record<string, string>> = {
  CredentialsProviderError: `there are no usable AWS credentials: ${signIn}`,
  TokenProviderError: `there are no usable AWS credentials: ${signIn}`,
  ExpiredToken: `the AWS credentials have expired: ${signIn}`,
  ExpiredTokenException: `the AWS credentials have expired: ${signIn}`,
  InvalidClientTokenId: refused,
  UnrecognizedClientException: refused,
  SignatureDoesNotMatch: refused,
  InvalidSignatureException: refused,
  AuthFailure: refused,
  AccessDenied: forbidden,
  AccessDeniedException: forbidden,
  UnauthorizedOperation: forbidden, // EC2
  AuthorizationError: forbidden, // SNS
  ResourceNotFoundException: missing,
  QueueDoesNotExist: missing,
  ValidationException:
    "AWS rejects the request: the stack may have another version, deploy it again",
  InvalidRequestException: "the secret is about to be deleted: restore it in Secrets Manager",
  DecryptionFailure:
    "the AWS credentials do not allow the use of the secret's key: use a role with the permission",
  LimitExceededException: "it was changed too many times today: try again tomorrow",
  Throttling: throttled,
  ThrottlingException: throttled,
};

/**
 * A CommandFailure for an error of the AWS SDK, with the error's name. It leaves out the SDK's message,
 * because the message may quote the request.
 */
export function awsFailure(error: unknown, doing: string): CommandFailure {
  if (error instanceof CommandFailure) return error;
  if (error instanceof TransientFailure) return awsFailure(error.cause, doing);
  if (error instanceof z.core.$ZodError || error instanceof SyntaxError) {
    return new CommandFailure(`cannot ${doing}: AWS answered in an unknown form`);
  }
  const name = error instanceof Error ? error.name : typeof error;
  const known = Object.hasOwn(byName, name) ? byName[name] : undefined;
  if (known !== undefined) return new CommandFailure(`cannot ${doing}: ${known}`);
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  if (typeof code === "string" || name === "TimeoutError") {
    return new CommandFailure(
      `cannot ${doing}: no answer (${typeof code === "string" ? code : "timeout"})`,
    );
  }
  const status = $metadata?.httpStatusCode === undefined ? "" : ` ${$metadata.httpStatusCode}`;
  return new CommandFailure(`cannot ${doing}: AWS answered${status} ${name}`);
}

/** For `catch`: throws the error as a CommandFailure. */
export function failedTo(doing: string): (error: unknown) => never {
  return (error) => {
    throw awsFailure(error, doing);
  };
}

/** For `catch`: an error of this name means that there is no such thing. */
export function undefinedFor(code: string): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && error.name === code) return undefined;
    throw error;
  };
}
