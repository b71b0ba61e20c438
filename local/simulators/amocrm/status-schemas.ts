import * as z from "zod";

const id = z.string().min(1);

/** Body of `POST …/typing`. */
export const typingSchema = z.object({
  conversation_id: id,
  sender: z.object({ id }),
  duration_ms: z.int().positive().optional(),
});

/** Body of `POST …/react`. */
export const reactSchema = z
  .object({
    conversation_id: z.string().optional(),
    conversation_ref_id: z.string().optional(),
    msgid: z.string().optional(),
    id: z.string().optional(),
    user: z.object({ id, ref_id: z.string().optional() }),
    type: z.enum(["react", "unreact"]),
    emoji: z.string().optional(),
  })
  .refine(
    (value) => value.conversation_id !== undefined || value.conversation_ref_id !== undefined,
    {
      path: ["conversation_id"],
      message: "conversation_id or conversation_ref_id is needed",
    },
  )
  .refine((value) => value.msgid !== undefined || value.id !== undefined, {
    path: ["msgid"],
    message: "msgid or id is needed",
  })
  .refine((value) => value.type === "unreact" || (value.emoji ?? "") !== "", {
    path: ["emoji"],
    message: "needed to react",
  });

/** Body of `POST …/{msgid}/delivery_status`, in one or both of the two documented spellings. */
export const deliveryStatusSchema = z
  .object({
    msgid: z.string().optional(),
    status_code: z.literal([1, 2, -1]).optional(),
    delivery_status: z.literal([1, 2, -1]).optional(),
    error_code: z.int().min(901).max(905).optional(),
    error: z.string().optional(),
  })
  .transform((value, context) => {
    const status = value.status_code ?? value.delivery_status;
    const refuse = (path: string, message: string) => {
      context.addIssue({ code: "custom", path: [path], message });
      return z.NEVER;
    };
    if (status === undefined) return refuse("status_code", "missing");
    if ((value.delivery_status ?? status) !== status) {
      return refuse("delivery_status", "differs from status_code");
    }
    if (status === -1 && value.error_code === undefined) return refuse("error_code", "missing");
    if (status === -1 && value.error === undefined) return refuse("error", "missing");
    if (status === -1 && value.error_code === 905 && value.error === "") {
      return refuse("error", "must not be empty with 905");
    }
    return { ...value, status };
  });
