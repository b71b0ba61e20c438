import * as z from "zod";

/** How an invocation ended. A failure carries AWS's name for it, such as `Runtime.ExitError`. */
export type Outcome =
  | { readonly kind: "success"; readonly payload: string }
  | { readonly kind: "failure"; readonly errorType: string; readonly errorMessage: string };

const runtimeError = z.object({
  errorType: z._default(z.string(), "Unknown"),
  errorMessage: z._default(z.string(), ""),
});

/** A function error as Lambda names it. */
export function failure(errorType: string, errorMessage: string): Outcome {
  return { kind: "failure", errorType, errorMessage };
}

/** Reads the error a runtime posted; a body that is not the documented shape is still a failure. */
export function decodeRuntimeError(body: string): Outcome {
  const parsed = runtimeError.safeParse(decodePayload(body));
  if (!parsed.success) return failure("Unknown", "");
  return failure(parsed.data.errorType, parsed.data.errorMessage);
}

/** Reads what a handler answered; a payload that is not JSON is the text itself. */
export function decodePayload(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
