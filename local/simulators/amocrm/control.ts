import { createHash } from "node:crypto";
import * as z from "zod";
import { ControlRefusal, readControl } from "../control.ts";
import type { ControlRoute } from "../control.ts";
import type { SimulatedAnswer } from "../../http.ts";
import type { Account } from "./account.ts";
import { operatorRoutes } from "./operator-control.ts";
import type { AmocrmSimulator, SimulatedFetch } from "./types.ts";

const hookSchema = z
  .strictObject({
    body: z.unknown().optional(),
    raw: z.string().exactOptional(),
    signature: z.string().exactOptional(),
  })
  .refine((hook) => hook.body !== undefined || hook.raw !== undefined, {
    message: "body or raw is needed",
  });

const limitsSchema = z.strictObject({ longestText: z.int().min(1).exactOptional() });

/**
 * The endpoints under `/_sim/`. With them a person answers as an operator, sends
 * hooks and reads the account.
 */
export function controlRoutes(simulator: AmocrmSimulator, account: Account): ControlRoute[] {
  return [
    {
      method: "GET",
      path: "messages",
      run: async () => ({
        status: 200,
        body: {
          messages: simulator.messages(),
          fetched: simulator.fetched().map(summary),
          chats: [...account.chats.values()],
          contacts: simulator.contacts(),
          leads: simulator.leads(),
        },
      }),
    },
    {
      method: "GET",
      path: "messages/{id}/media",
      run: async (_request, id) => bytesOf(simulator.mediaOf(id), `the file of message ${id}`),
    },
    {
      method: "POST",
      path: "messages/{id}/fetch",
      run: async (_request, id) => {
        const fetched = await simulator.fetchAgain(id).catch((error: unknown) => {
          throw new ControlRefusal(error instanceof Error ? error.message : String(error));
        });
        return { status: 200, body: summary(fetched) };
      },
    },
    {
      method: "GET",
      path: "people/{id}/avatar",
      run: async (_request, id) => bytesOf(simulator.avatarOf(id), `the picture of ${id}`),
    },
    {
      method: "POST",
      path: "hooks",
      run: async (request) => {
        const { body, ...options } = readControl(request, hookSchema);
        return { status: 200, body: { status: await simulator.sendHook(body, options) } };
      },
    },
    {
      method: "POST",
      path: "limits",
      run: async (request) => {
        const { longestText } = readControl(request, limitsSchema);
        simulator.limitTexts(longestText);
        return { status: 200, body: { longestText: longestText ?? null } };
      },
    },
    ...operatorRoutes(simulator),
  ];
}

/** The bytes of a file as an operator sees them. */
function bytesOf(fetched: SimulatedFetch | undefined, what: string): SimulatedAnswer {
  if (fetched?.status !== 200) {
    throw new ControlRefusal(
      `The simulator does not have ${what}: ${fetched === undefined ? "it did not go for it" : (fetched.reason ?? `it was answered ${fetched.status}`)}.`,
    );
  }
  const { bytes, contentType = "application/octet-stream" } = fetched;
  return { status: 200, body: bytes, headers: { "Content-Type": contentType } };
}

/** A fetch without its bytes. */
function summary({ bytes, ...fetched }: SimulatedFetch): object {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { ...fetched, sizeBytes: bytes.length, sha256 };
}
