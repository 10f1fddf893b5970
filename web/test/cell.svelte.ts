/** A value that effects notice. */
export class Cell<T> {
  value = $state() as T;

  constructor(value: T) {
    this.value = value;
  }

  /** Runs something that has effects outside of a component; gives what stops them. */
  static root(run: () => void): () => void {
    return $effect.root(run);
  }
}
