// What the page remembers in this browser. A browser that keeps nothing (private mode) is no error.

/** What was remembered under a name, or null. */
export function read(name: string): string | null {
  try {
    return localStorage.getItem(`deepfit.${name}`);
  } catch {
    return null;
  }
}

/** Remembers a text, or forgets it when it is null. */
export function write(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`deepfit.${name}`);
    else localStorage.setItem(`deepfit.${name}`, value);
  } catch {
    // It lasts until the page is closed, then.
  }
}
