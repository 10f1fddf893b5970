import type { Answer, Conversation, Turn } from './turns';

/** Where conversations are kept: in this browser, and nowhere else. */
export interface ConversationStore {
  /** All of them, the newest first. Those that this page cannot read are left out. */
  all(): Promise<Conversation[]>;
  put(conversation: Conversation): Promise<void>;
  remove(id: string): Promise<void>;
  clear(): Promise<void>;
}

const database = 'deepfit';
const table = 'conversations';

/** Opens the store; throws where the browser keeps nothing (private windows of some). */
export async function openStore(): Promise<ConversationStore> {
  const opening = indexedDB.open(database, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(table, { keyPath: 'id' });
  const db = await settled(opening);
  // A later version of the page may want to change the store while this one is open.
  db.onversionchange = () => db.close();

  const within = async <T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const transaction = db.transaction(table, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
    });
    const result = settled(work(transaction.objectStore(table)));
    await Promise.all([result, done]);
    return result;
  };

  return {
    async all() {
      const rows: unknown[] = await within('readonly', (store) => store.getAll());
      return rows.flatMap((row) => mend(row) ?? []).sort((a, b) => b.updatedAt - a.updatedAt);
    },
    put: async (conversation) => void (await within('readwrite', (store) => store.put(conversation))),
    remove: async (id) => void (await within('readwrite', (store) => store.delete(id))),
    clear: async () => void (await within('readwrite', (store) => store.clear())),
  };
}

/** A conversation as it was kept, made whole: an answer that was under way when the page closed has broken off. */
export function mend(row: unknown): Conversation | null {
  if (!isConversation(row)) return null;
  for (const { answer } of row.turns) {
    if (answer.endedAt !== null) continue;
    answer.state = 'broken';
    answer.endedAt = row.updatedAt;
    answer.fault = {
      kind: 'page_closed',
      en: 'The page was closed before the answer was complete.',
      zh: '回答尚未完成时，页面被关闭。',
    };
  }
  return row;
}

function isConversation(row: unknown): row is Conversation {
  const one = row as Partial<Conversation> | null;
  return (
    typeof one?.id === 'string' &&
    typeof one.createdAt === 'number' &&
    typeof one.updatedAt === 'number' &&
    (one.title === undefined || typeof one.title === 'string') &&
    Array.isArray(one.turns) &&
    one.turns.every(isTurn)
  );
}

function isTurn(turn: Partial<Turn> | null): boolean {
  const answer: Partial<Answer> | undefined = turn?.answer;
  return (
    typeof turn?.id === 'string' &&
    typeof turn.question === 'string' &&
    typeof answer?.state === 'string' &&
    typeof answer.text === 'string' &&
    typeof answer.reasoning === 'string' &&
    typeof answer.askedAt === 'number' &&
    answer.endedAt !== undefined
  );
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('refused'));
  });
}
