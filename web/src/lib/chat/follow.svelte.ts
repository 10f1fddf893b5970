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
    let before = { top: area.scrollTop, height: area.scrollHeight };
    const moved = () => {
      const now = { top: area.scrollTop, height: area.scrollHeight };
      this.atEnd = followsAfter(this.atEnd, before, now, isAtEnd(area));
      before = now;
    };
    area.addEventListener('scroll', moved, { passive: true, signal });
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

/**
 * Whether to follow after the area has moved. Only a reader who goes up leaves: that the end is out of sight may also be
 * because the text has grown since, or because some of it folded.
 */
export function followsAfter(
  following: boolean,
  before: { top: number; height: number },
  now: { top: number; height: number },
  atEnd: boolean,
): boolean {
  if (atEnd) return true;
  return following && (now.top >= before.top || now.height < before.height);
}
