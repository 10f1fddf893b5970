/** Keeps the end of a scrolling area in sight while it grows, until the reader scrolls up; back at the end, it follows again. */
export class Follow {
  /** Whether the end is in sight. */
  atEnd = $state(true);
  #area: HTMLElement | undefined;

  /** Attaches to the area that scrolls. */
  attach = (area: HTMLElement): (() => void) => {
    this.#area = area;
    const abort = new AbortController();
    const { signal } = abort;
    const grown = new ResizeObserver(() => this.atEnd && this.#jump());
    for (const child of area.children) grown.observe(child);
    area.addEventListener('scroll', () => (this.atEnd = isAtEnd(area)), { passive: true, signal });
    // A wheel or a key that goes up means it before the area has moved.
    area.addEventListener('wheel', (event) => event.deltaY < 0 && this.#leave(), { passive: true, signal });
    area.addEventListener('keydown', (event) => /^(PageUp|ArrowUp|Home)$/.test(event.key) && this.#leave(), { signal });
    return () => {
      grown.disconnect();
      abort.abort();
      this.#area = undefined;
    };
  };

  /** Goes to the end, and follows from there. */
  toEnd(): void {
    this.atEnd = true;
    this.#jump();
  }

  #jump(): void {
    this.#area?.scrollTo({ top: this.#area.scrollHeight, behavior: 'instant' });
  }

  #leave(): void {
    if (this.#area && this.#area.scrollHeight > this.#area.clientHeight) this.atEnd = false;
  }
}

/** Whether the end of an area is in sight, give or take a line. */
export function isAtEnd(area: Pick<HTMLElement, 'scrollTop' | 'clientHeight' | 'scrollHeight'>): boolean {
  return area.scrollTop + area.clientHeight >= area.scrollHeight - 32;
}
