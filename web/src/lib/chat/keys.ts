/** What a key in the field for the question means. */
export type KeyMeaning = 'send' | 'stop' | 'edit' | null;

type Key = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing' | 'keyCode'>;

/**
 * Enter sends, Shift-Enter begins a line, Escape stops an answer, Up in an empty field edits the last question.
 * While an input method composes (Chinese, Japanese, Korean), every key is the input method's: Enter then takes a
 * candidate. Some browsers end the composition before that key arrives and mark it with code 229 alone.
 */
export function meaningOf(event: Key, empty: boolean): KeyMeaning {
  if (event.isComposing || event.keyCode === 229) return null;
  if (event.key === 'Enter' && !event.shiftKey && !event.altKey) return 'send';
  if (event.key === 'Escape') return 'stop';
  if (event.key === 'ArrowUp' && empty && !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey)
    return 'edit';
  return null;
}
