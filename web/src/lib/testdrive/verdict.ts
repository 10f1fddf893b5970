/** What a measured speed says of the prediction. */
export type Verdict = 'within' | 'faster' | 'slower';

/** A speed that was predicted: the middle and the ends of its 80% interval, in tokens per second. */
export interface Prediction {
  readonly middle: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Whether a measured speed is where the prediction said; null where there is nothing to compare. */
export function verdict(measured: number | null, predicted: Prediction): Verdict | null {
  if (measured === null || predicted.low === null || predicted.high === null) return null;
  if (measured < predicted.low) return 'slower';
  return measured > predicted.high ? 'faster' : 'within';
}
