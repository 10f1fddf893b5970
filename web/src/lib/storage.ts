// What the page remembers in this browser. A browser that keeps nothing (private mode) is no error.

/** How long it is remembered: until it is forgotten, or as long as the tab is open. */
type Span = 'always' | 'tab';
const storeOf = (span: Span) => (span === 'tab' ? sessionStorage : localStorage);

/** What was remembered under a name, or null. */
export function read(name: string, span: Span = 'always'): string | null {
  try {
    return storeOf(span).getItem(`deepfit.${name}`);
  } catch {
    return null;
  }
}

/** Remembers a text, or forgets it when it is null. */
export function write(name: string, value: string | null, span: Span = 'always'): void {
  try {
    if (value === null) storeOf(span).removeItem(`deepfit.${name}`);
    else storeOf(span).setItem(`deepfit.${name}`, value);
  } catch {
    // It lasts until the page is closed, then.
  }
}
