import * as z from "zod";
import { parseJson } from "../../http.ts";

/** The end of an invocation. A failure carries AWS's name for it, such as `Runtime.ExitError`. */
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

/** Reads the error that a runtime posted. A body in an undocumented shape is still a failure. */
export function decodeRuntimeError(body: string): Outcome {
  const parsed = runtimeError.safeParse(parseJson(body));
  if (!parsed.success) return failure("Unknown", "");
  return failure(parsed.data.errorType, parsed.data.errorMessage);
}
