/** Contacts of the CRM. Methods may throw TransientFailure or PermanentFailure. */
export interface CrmContacts {
  /** False while no API token is set: then no other method may be called. */
  isAvailable(): Promise<boolean>;
  create(contact: { name: string; requestId: string }): Promise<number>;
  /** Looks up a contact of this name, made since then and not in a chat yet. */
  findRecent(name: string, sinceMillis: number): Promise<number | undefined>;
  linkChat(contactId: number, amojoChatId: string): Promise<void>;
}
