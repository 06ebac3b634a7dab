// What the phone keeps, written through to its disk each time: one row a response, the files of answers, who is sending.
// IndexedDB as it comes: the package that makes it pleasant weighs more than all that is asked of it here (docs/adr/0015).
let opened;

function open() {
  opened ||= new Promise((resolve, reject) => {
    const request = indexedDB.open("tresse", 1);
    request.onupgradeneeded = () => {
      for (const name of ["drafts", "files", "lease"]) request.result.createObjectStore(name, { keyPath: "id" });
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      // Phones end connections in the background; the next use opens another.
      request.result.onclose = forget;
      resolve(request.result);
    };
  });
  return opened;
}

const forget = () => {
  opened = undefined;
};

// One transaction: `work(store, give)`; what it gives is the result.
export async function inStore(name, work) {
  for (let tries = 2; ; ) {
    try {
      const database = await open();
      return await new Promise((resolve, reject) => {
        let result;
        const transaction = database.transaction(name, "readwrite", { durability: "strict" });
        transaction.oncomplete = () => resolve(result);
        transaction.onabort = () => reject(transaction.error);
        work(transaction.objectStore(name), (given) => {
          result = given;
        });
      });
    } catch (error) {
      forget();
      if (isFull(error) || !--tries) throw error;
    }
  }
}

export const isFull = (error) => error.name === "QuotaExceededError";

const ask = (name, act) =>
  inStore(name, (store, give) => {
    const request = act(store);
    request.onsuccess = () => give(request.result);
  });

export const all = (name) => ask(name, (store) => store.getAll());
export const get = (name, id) => ask(name, (store) => store.get(id));
export const put = (name, row) => ask(name, (store) => store.put(row));
export const remove = (name, id) => ask(name, (store) => store.delete(id));

// Put a row in the place of the one that passes; false when another came between.
export const putIf = (name, row, passes) =>
  inStore(name, (store, give) => {
    const request = store.get(row.id);
    request.onsuccess = () => {
      give(passes(request.result));
      if (passes(request.result)) store.put(row);
    };
  });
