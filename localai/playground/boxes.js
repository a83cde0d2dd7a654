// Where the page keeps things: the browser's two storages, or memory where it allows none.

class Memory {
  #map = new Map();
  get length() {
    return this.#map.size;
  }
  key(at) {
    return [...this.#map.keys()][at] ?? null;
  }
  getItem(name) {
    return this.#map.get(name) ?? null;
  }
  setItem(name, value) {
    this.#map.set(name, value);
  }
  removeItem(name) {
    this.#map.delete(name);
  }
}

function box(open) {
  try {
    return open() ?? new Memory();
  } catch {
    return new Memory(); // pages may be forbidden to keep anything
  }
}

/** For as long as the browser likes. */
export const local = box(() => window.localStorage);
/** For as long as the tab is open. */
export const session = box(() => window.sessionStorage);
