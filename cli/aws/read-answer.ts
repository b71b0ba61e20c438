import * as z from "zod/mini";
import { CommandFailure } from "../command.ts";
import { awsFailure } from "./failures.ts";

/** Turns any failure of `work`, from a missing permission to an unknown answer, into one sentence. */
export async function readAnswer<Value>(doing: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof z.core.$ZodError || error instanceof SyntaxError) {
      throw new CommandFailure(`cannot ${doing}: AWS answered in an unknown form`);
    }
    throw awsFailure(error, doing);
  }
}

/** For `catch`: an error of this name means that there is no such thing. */
export function undefinedFor(code: string): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof Error && error.name === code) return undefined;
    throw error;
  };
}
