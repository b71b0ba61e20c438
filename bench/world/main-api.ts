/** The ids in the paths of amoCRM's main API. */
const ids = /\b\d+\b/g;

/** A call of the main API by its method and path, without ids and parameters: `GET contacts/{id}`. */
export function mainApiMethod(method: string, path: string): string {
  return `${method} ${path.replaceAll(ids, "{id}")}`;
}

/** The parts of a body that the answers need. Most bodies are arrays of one. */
type Given = {
  readonly chat_id?: string;
  readonly contact_id?: number;
  readonly _embedded?: { readonly contacts: readonly { readonly id: number }[] };
};

/**
 * amoCRM's contacts and leads, as far as the sender needs them for a customer's message. Every lead stays
 * open. It remembers the contacts' leads, so that a customer who comes back has one.
 */
export function createMainApi() {
  const leadsOf = new Map<number, number[]>();
  let lastId = 20_000_000;

  /** The answer's body. Throws for a call that the bench does not know. */
  return (method: string, path: string, body: unknown): object => {
    const [given = {}] = [body].flat() as Given[];
    const id = Number(path.match(ids)?.[0]);
    switch (mainApiMethod(method, path)) {
      case "POST contacts":
        lastId += 1;
        return { _embedded: { contacts: [{ id: lastId }] } };
      case "POST contacts/chats": {
        const { chat_id, contact_id } = given;
        return { _embedded: { chats: [{ id: 1, chat_id, contact_id }] } };
      }
      case "GET contacts/{id}": {
        const leads = leadsOf.get(id) ?? [];
        return { id, name: "Анна", _embedded: { leads: leads.map((lead) => ({ id: lead })) } };
      }
      case "PATCH contacts/{id}":
        return { id, updated_at: 1 };
      case "GET leads/{id}":
        return { id, status_id: 58_123_456, is_deleted: false };
      case "POST leads": {
        lastId += 1;
        for (const contact of given._embedded?.contacts ?? []) {
          leadsOf.set(contact.id, [...(leadsOf.get(contact.id) ?? []), lastId]);
        }
        return { _embedded: { leads: [{ id: lastId }] } };
      }
      default:
        throw new Error(`The bench's amoCRM does not know ${method} ${path}.`);
    }
  };
}
