import * as z from "zod";
import { ControlRefusal, readControl } from "../control.ts";
import type { ControlRoute } from "../control.ts";
import type { SimulatedAnswer } from "../../http.ts";
import { operatorMessageSchema } from "./operator-schemas.ts";
import type { AmocrmSimulator } from "./types.ts";

const saySchema = z.strictObject({ text: z.string().min(1) });
const reactSchema = z.strictObject({
  /** Without it, the operator takes the reaction back. */
  emoji: z.string().min(1).exactOptional(),
  shape: z.enum(["msgid", "message"]).exactOptional(),
});

/** The endpoints with which a person acts as an operator. */
export function operatorRoutes(simulator: AmocrmSimulator): ControlRoute[] {
  return [
    {
      method: "POST",
      path: "conversations/{id}/say",
      run: (request, id) => {
        const { text } = readControl(request, saySchema);
        return answered(() => simulator.operatorSays(id, text));
      },
    },
    {
      method: "POST",
      path: "conversations/{id}/send",
      run: (request, id) => {
        const message = readControl(request, operatorMessageSchema);
        return answered(async () => ({ sent: await simulator.operatorSends(id, message) }));
      },
    },
    {
      method: "POST",
      path: "conversations/{id}/typing",
      run: (_request, id) => answered(async () => ({ status: await simulator.operatorTypes(id) })),
    },
    {
      method: "POST",
      path: "conversations/{id}/close",
      run: (_request, id) =>
        answered(async () => {
          simulator.closeTalk(id);
          return { ok: true };
        }),
    },
    {
      method: "POST",
      path: "conversations/{id}/reopen",
      run: (_request, id) =>
        answered(async () => {
          simulator.reopenTalk(id);
          return { ok: true };
        }),
    },
    {
      method: "POST",
      path: "messages/{id}/react",
      run: (request, id) => {
        const { emoji, shape } = readControl(request, reactSchema);
        return answered(async () => ({
          status: await simulator.operatorReacts(id, emoji, shape),
        }));
      },
    },
    {
      method: "POST",
      path: "attachments",
      run: async ({ query, headers, body: bytes }) => {
        const fileName = query.get("name") ?? "";
        if (!/^(?!\.+$)[^/]{1,255}$/.test(fileName)) {
          throw new ControlRefusal("The query must name the file: ?name=photo.jpg.");
        }
        const contentType = headers["content-type"] ?? "application/octet-stream";
        const body = simulator.addAttachment({ bytes, fileName, contentType });
        return { status: 200, body };
      },
    },
  ];
}

/** Answers the result of the work. An error says why it is not possible. */
async function answered(work: () => Promise<object>): Promise<SimulatedAnswer> {
  try {
    return { status: 200, body: await work() };
  } catch (error) {
    throw new ControlRefusal(error instanceof Error ? error.message : String(error));
  }
}
