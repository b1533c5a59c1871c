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

  /** One change, on the disk when this resolves. */
  change(table, act) {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(table, "readwrite", { durability: "strict" });
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
      act(transaction.objectStore(table));
    });
  }

  read(table, ask) {
    return settled(ask(this.database.transaction(table).objectStore(table)));
  }

  put(table, ...rows) {
    return this.change(table, (held) => rows.forEach((row) => held.put(row)));
  }

  remove(table, ...keys) {
    return this.change(table, (held) => keys.forEach((key) => held.delete(key)));
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

  async put(table, ...rows) {
    for (const row of rows) this.tables[table].set(row[this.keys[table]], row);
  }

  async remove(table, ...keys) {
    for (const key of keys) this.tables[table].delete(key);
  }

  async get(table, key) {
    return this.tables[table].get(key);
  }

  async all(table) {
    return [...this.tables[table].values()];
  }
}

/** `put`, `remove`, `get` and `all` for the tables that are named, each with its key. */
export async function openStore(kept = STOCKTAKE) {
  try {
    return new Lasting(await opened(kept));
  } catch {
    return new Passing(kept.tables);
  }
}
