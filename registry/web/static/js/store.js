// What must outlive a reload or a flat battery: scans that were not sent yet, and lists to judge them by. It lies in the
// browser's database; where a private window has none it lasts as long as the page, and `durable` says so.

const VERSION = 1;
export const STOCKTAKE = { name: "registry-stocktake", tables: { scans: "key", lists: "take" } };
export const INSPECTION = { name: "registry-inspection", tables: { scans: "key", lists: "visit", photos: "key" } };

function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function opened({ name, tables }) {
  const request = indexedDB.open(name, VERSION);
  request.onupgradeneeded = () => {
    for (const [table, keyPath] of Object.entries(tables)) request.result.createObjectStore(table, { keyPath });
  };
  const database = await settled(request);
  database.onversionchange = () => database.close();
  return database;
}

class Lasting {
  durable = true;

  constructor(database) {
    this.database = database;
  }

  /** Changes of tables, {table: {put: [rows], remove: [keys]}}: all or none of them, on the disk when this resolves. */
  write(changes) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(Object.keys(changes), "readwrite", { durability: "strict" });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      for (const [table, { put = [], remove = [] }] of Object.entries(changes)) {
        for (const row of put) transaction.objectStore(table).put(row);
        for (const key of remove) transaction.objectStore(table).delete(key);
      }
    });
  }

  read(table, ask) {
    return settled(ask(this.database.transaction(table).objectStore(table)));
  }

  put(table, ...rows) {
    return this.write({ [table]: { put: rows } });
  }

  remove(table, ...keys) {
    return this.write({ [table]: { remove: keys } });
  }

  get(table, key) {
    return this.read(table, (held) => held.get(key));
  }

  all(table) {
    return this.read(table, (held) => held.getAll());
  }
}

class Passing {
  durable = false;

  constructor(keys) {
    this.keys = keys;
    this.tables = Object.fromEntries(Object.keys(keys).map((table) => [table, new Map()]));
  }

  async write(changes) {
    for (const [table, { put = [], remove = [] }] of Object.entries(changes)) {
      for (const row of put) this.tables[table].set(row[this.keys[table]], row);
      for (const key of remove) this.tables[table].delete(key);
    }
  }

  put(table, ...rows) {
    return this.write({ [table]: { put: rows } });
  }

  remove(table, ...keys) {
    return this.write({ [table]: { remove: keys } });
  }

  async get(table, key) {
    return this.tables[table].get(key);
  }

  async all(table) {
    return [...this.tables[table].values()];
  }
}

/** `write`, `put`, `remove`, `get` and `all` for the tables that are named, each with its key. */
export async function openStore(kept = STOCKTAKE) {
  try {
    return new Lasting(await opened(kept));
  } catch {
    return new Passing(kept.tables);
  }
}
